export { CloneError, ClosedError, type Death, MillraceError, TimeoutError, WorkerDeathError } from './errors.js';
