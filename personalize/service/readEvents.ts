/** One of a stream of server-sent events. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Server-sent events of an answer's body. The browser's own EventSource sends no token with its request. Comments, ids and times for
 * new attempts are passed over. Source: HTML Standard, 9.2.6.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop()!;
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** @returns null for a block without data, such as a comment */
function parseBlock(block: string): ServerEvent | null {
  const data: string[] = [];
  let event = 'message';
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'data') data.push(value!);
    if (field === 'event') event = value!;
  }
  return data.length > 0 ? { event, data: data.join('\n') } : null;
}
