/** The workflow that publishes `payload/` twice in one job and fetches it twice in the next. */
import type { Workflow } from './act.ts';
import { PROJECT, TOOL } from './registry.ts';

/** A step that uses a command's action, in one of the ways there are to name it. */
export type Uses = (command: string, inputs: Readonly<Record<string, string>>) => object;

/** What a workflow calls this project's actions. */
export const ACTION = `${TOOL.path}@v1`;

/** `uses: ./publish`, of a workspace that holds this project itself. */
export const byPath: Uses = (command, inputs) => ({ uses: `./${command}`, with: inputs });

/** `uses: OWNER/REPO/publish@v1` */
export const byReference: Uses = (command, inputs) => ({ uses: `${TOOL.path}/${command}@v1`, with: inputs });

/** `uses: OWNER/REPO@v1` with `command:` */
export const byCommandInput: Uses = (command, inputs) => ({ uses: ACTION, with: { command, ...inputs } });

export const CONNECTION = {
  'api-url': '${{ vars.API }}',
  project: PROJECT.path,
  token: '${{ secrets.GITLAB_TOKEN }}',
};

/** `vars.OUT` is the folder that the files come back to. */
export function roundTrip(uses: Uses): Workflow {
  const files = { ...CONNECTION, 'package-version': '1.0.0', directory: 'payload', files: '**' };
  const place = {
    ...CONNECTION,
    'package-version': '1.0.0',
    directory: '${{ vars.OUT }}',
    'expected-digest': '${{ needs.publish.outputs.digest }}',
  };
  return {
    on: 'push',
    jobs: {
      publish: {
        'runs-on': 'ubuntu-latest',
        outputs: { digest: '${{ steps.first.outputs.digest }}' },
        steps: [
          { uses: 'actions/checkout@v4' },
          { id: 'first', ...uses('publish', files) },
          { id: 'again', ...uses('publish', files) },
          { run: 'echo "later step: $DIGEST"', env: { DIGEST: '${{ steps.again.outputs.digest }}' } },
        ],
      },
      download: {
        'runs-on': 'ubuntu-latest',
        needs: 'publish',
        steps: [
          { uses: 'actions/checkout@v4' },
          { id: 'first', ...uses('download', place) },
          { id: 'again', ...uses('download', place) },
          { run: 'echo "later job: $DIGEST"', env: { DIGEST: '${{ needs.publish.outputs.digest }}' } },
        ],
      },
    },
  };
}
