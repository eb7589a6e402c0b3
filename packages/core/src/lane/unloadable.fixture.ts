// A module that fails while it loads. Only lanes import it.
export const never: never = ((): never => {
  throw new RangeError('the module throws');
})();
