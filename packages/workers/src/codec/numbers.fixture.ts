// A module whose exports are plain values.
export const one = 1;
export const two = 2;
