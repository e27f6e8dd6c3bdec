/** @param total 0 where the server does not say */
export type BytesProgress = (loaded: number, total: number) => void;

/** The bytes of an answer, told of as they come. */
export async function readBody(response: Response, onBytes?: BytesProgress): Promise<Uint8Array<ArrayBuffer>> {
  const total = Number(response.headers.get('content-length') ?? 0);
  if (!response.body || !onBytes) return new Uint8Array(await response.arrayBuffer());
  const reader = response.body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    length += piece.value.byteLength;
    onBytes(length, Math.max(total > 0 ? length : 0, total));
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
