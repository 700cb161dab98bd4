/** The long proofs: runs that are killed, starved, lied to and set against each other. `npm run prove` runs them. */
import unit from './jest.config.js';

export default {
  ...unit,
  roots: ['<rootDir>/test/prove'],
  testPathIgnorePatterns: [],
  testTimeout: 300_000,
  // Most of their time goes by in waiting, but each file starts servers and hundreds of processes.
  maxWorkers: 2,
};
