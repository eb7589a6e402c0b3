// A module that knows nothing of Millrace.
export const parse = (text: string): unknown => JSON.parse(text);
export const limit = 3;
export default (item: number): number => item + 1;
