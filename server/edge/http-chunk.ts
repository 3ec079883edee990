/** A piece of an HTTP body in the forms that it can go out in, each ready to be written to any number of sockets. */
export interface Framed {
  /** As a chunk of a chunked body. */
  chunked: Buffer;
  /** As it is: for clients of HTTP/1.0, which know no chunks and read until the connection ends. */
  plain: Buffer;
}

export function framed(text: string): Framed {
  const plain = Buffer.from(text);
  const head = Buffer.from(`${plain.length.toString(16)}\r\n`);
  return { plain, chunked: Buffer.concat([head, plain, Buffer.from('\r\n')]) };
}

export const LAST_CHUNK = Buffer.from('0\r\n\r\n');
