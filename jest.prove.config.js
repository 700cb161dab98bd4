/** The long proofs: runs that are killed, starved, lied to and set against each other. `npm run prove` runs them. */
import unit from './jest.config.js';

export default {
  ...unit,
  roots: ['<rootDir>/test/prove'],
  testPathIgnorePatterns: [],
  testTimeout: 300_000,
};
