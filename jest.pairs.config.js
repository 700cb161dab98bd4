/** All pairs of a command's options against its promises, in process. `npm run pairs`; the loop of `npm test` goes without. */
import unit from './jest.config.js';

export default {
  ...unit,
  roots: ['<rootDir>/test/pairs'],
  testPathIgnorePatterns: [],
};
