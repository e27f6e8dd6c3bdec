/** y = x for a float vector, as the ONNX file's bytes; every length here fits one byte. */
export function identityModel(): Uint8Array {
  const field = (number: number, content: readonly number[] | string): number[] => {
    const bytes = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content;
    return [(number << 3) | 2, bytes.length, ...bytes];
  };
  const integer = (number: number, value: number): number[] => [number << 3, value];

  const float = 1;
  const shape = field(2, field(1, field(2, 'n')));
  const tensorType = field(1, [...integer(1, float), ...shape]);
  const value = (name: string): number[] => [...field(1, name), ...field(2, tensorType)];
  const node = [...field(1, 'x'), ...field(2, 'y'), ...field(4, 'Identity')];
  const graph = [...field(1, node), ...field(2, 'identity'), ...field(11, value('x')), ...field(12, value('y'))];
  return Uint8Array.from([...integer(1, 8), ...field(7, graph), ...field(8, integer(2, 17))]);
}
