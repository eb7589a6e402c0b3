export {};

throw new RangeError('no such file');
