/** Workflows as act can read them: GitHub has known `queue` in `concurrency` since May 2026, act's schema does not. */
import { isMap, parseDocument } from 'yaml';

/**
 * The text without `queue`, whose values are checked here instead. act does nothing about `concurrency`
 * at all, so no job runs otherwise than with it. See nektos/act#6095.
 */
export function withoutQueues(text: string): string {
  const document = parseDocument(text);
  const jobs = document.get('jobs');
  const names = isMap(jobs) ? jobs.items.map(({ key }) => String(key)) : [];
  const places = [['concurrency'], ...names.map((name) => ['jobs', name, 'concurrency'])];
  const queues = places.filter((place) => isMap(document.getIn(place)) && document.hasIn([...place, 'queue']));
  for (const place of queues) {
    const queue = document.getIn([...place, 'queue']);
    if (queue !== 'single' && queue !== 'max')
      throw new Error(`${place.join('.')}.queue is ${String(queue)}, and GitHub takes single or max`);
    if (document.getIn([...place, 'cancel-in-progress']) === true)
      throw new Error(`${place.join('.')}: GitHub refuses a queue of runs that are cancelled`);
    document.deleteIn([...place, 'queue']);
  }
  return queues.length === 0 ? text : document.toString();
}
