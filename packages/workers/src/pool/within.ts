/** What a promise gives, or undefined when it takes longer than `ms`; what comes of it then concerns nobody. */
export async function within<T>(ms: number, promise: PromiseLike<T> | T): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
