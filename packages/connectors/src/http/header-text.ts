/**
 * The text of a header that names a URL. Node.js takes each byte for a character; what is beyond ASCII should not be there, and where it is it
 * is UTF-8, as browsers and fetch take it. Bytes that are no UTF-8 stay as they are.
 */
export function headerText(bytes: string): string {
  if (!/[\u0080-\u00ff]/.test(bytes)) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return bytes;
  }
}
