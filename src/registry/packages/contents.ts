/** Answers a download: the bytes themselves, or a redirect to the object store. Which file it is, others decide. */
import { type Call, originOf } from '../wire/call.ts';
import { lastPart } from './names.ts';
import { sendText } from '../wire/respond.ts';
import { serveFile } from '../storage/serving.ts';
import type { FileRow } from '../storage/store.ts';

const TYPE = 'application/octet-stream';

/** Sends a file's contents as the configured kind of storage does, and notes the download. */
export async function sendContents(call: Call, file: FileRow): Promise<void> {
  const { settings, downloads, clock } = call.instance;
  if (settings.storage === 'redirect') {
    redirect(call, file);
    downloads.note(file.package_id, clock());
    return;
  }
  const { profile, store, blobs } = call.instance;
  const proxied = settings.storage === 'proxy';
  const sent = await serveFile(
    call.request,
    call.response,
    {
      source: store.bytesOf(file.id) ?? blobs.pathOf(file.blob),
      size: file.size,
      modified: file.created_at,
      // Behind a proxy the store's own headers come through, and a store has entity tags.
      etag: proxied ? `"${file.blob}"` : undefined,
      emptyIsWhole: !proxied,
      headers: {
        'Content-Type': TYPE,
        'Content-Disposition': dispositionOf(file),
        'X-Content-Type-Options': 'nosniff',
        ...(proxied ? {} : { 'Content-Transfer-Encoding': 'binary' }),
        ...(profile.checksumHeader ? { 'X-Checksum-SHA256': file.sha256 } : {}),
      },
    },
    call.fault,
  );
  if (sent) downloads.note(file.package_id, clock());
}

/** GitLab puts no checksum on a redirect. */
function redirect(call: Call, file: FileRow): void {
  const { objects } = call.instance;
  if (objects === undefined) throw new Error('there is no object store to redirect to');
  const location = objects.sign(objects.originFor(new URL(originOf(call)).host), {
    method: call.request.method ?? 'GET',
    file,
    disposition: dispositionOf(file),
    type: TYPE,
  });
  sendText(call, 302, 'This resource has been moved temporarily to the address in Location.', {
    Location: location,
  });
}

/** Last part of the name only; its characters are those that names.ts lets through. */
function dispositionOf(file: FileRow): string {
  const name = lastPart(file.file_name);
  return `attachment; filename="${name}"; filename*=UTF-8''${encodeURIComponent(name)}`;
}
