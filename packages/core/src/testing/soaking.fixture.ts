import { expect } from '@jest/globals';

/** Whether the tests run for `npm run soak`, which takes every case where `npm test` takes some that meet each part. */
export const soaking: boolean = expect.getState().testPath?.endsWith('.soak.js') === true;
