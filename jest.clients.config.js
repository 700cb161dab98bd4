/** Clients that others wrote, against the embedded registry. `npm run clients` installs them first. */
import unit from './jest.config.js';

export default {
  ...unit,
  roots: ['<rootDir>/test/clients'],
  testPathIgnorePatterns: [],
  testTimeout: 240_000,
  maxWorkers: 2,
};
