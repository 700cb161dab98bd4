/** The command `delete`: one version, or files of it. Definition only; the work is in run.ts. */
import { defineCommand } from '../../definitions/command.ts';
import { inputs, outputs } from './inputs.ts';
import { prepareDelete } from './intent.ts';

export const deleteCommand = defineCommand({
  name: 'delete',
  summary: 'Delete one version, hidden or not, or files of it',
  description:
    'Deletes one version of a generic package, hidden or not, or with --files the files of it that no manifest ' +
    'lists. It shows what will go and asks first.',
  platforms: ['terminal'],
  inputs,
  outputs,
  prepare: (given, context) => Promise.resolve(prepareDelete(given, context)),
  run: async (given, tools, intent) => {
    const { runDelete } = await import(/* webpackMode: "eager" */ './run.ts');
    return runDelete(given, tools, intent);
  },
});
