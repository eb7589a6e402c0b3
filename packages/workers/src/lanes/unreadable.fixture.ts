export function refuse(message: string): never {
  throw new RangeError(message);
}

/** An object whose member cannot be read, where it stands among others of one shape. */
export function unreadable(id: number): object {
  return {
    id,
    deep: {
      get member(): number {
        throw new RangeError(`no member ${id}`);
      },
    },
  };
}

/** Its getter throws at every second call: one look at it says nothing about the next one. */
export function flickering(id: number, offset: number): object {
  let calls = offset;
  return {
    id,
    get member(): number {
      if (calls++ % 2 === 1) throw new RangeError(`no member ${id}`);
      return id;
    },
  };
}
