/** The entry of the package's second bundle: a registry in the process of a test. Its types: public.ts. */
export { startRegistry } from './server.ts';
