/**
 * Runs the real `@actions/glob` over pattern lists: in a process of its own, for it writes `::debug::`
 * lines to standard output and knows the current directory only.
 * Arguments: the tree, a JSON file with lists of lines, a JSON file to write lists of found files to.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import process from 'node:process';
import { create } from '@actions/glob';

const [tree, requests, results] = process.argv.slice(2);
process.chdir(tree);
const found = [];
for (const lines of JSON.parse(readFileSync(requests, 'utf8'))) {
  try {
    const globber = await create(lines.join('\n'), { matchDirectories: false });
    found.push((await globber.glob()).map((path) => relative(tree, path)).sort());
  } catch (error) {
    found.push(`refused: ${error.message}`);
  }
}
writeFileSync(results, JSON.stringify(found));
