/** The files of one package by id: list, download, deletion. By name: download.ts. */
import type { Call } from '../wire/call.ts';
import { sendContents } from './contents.ts';
import { FILE_ORDERS } from '../storage/listing.ts';
import { fileRecord } from './records.ts';
import { assertDeletable, displayedPackage } from './packages.ts';
import { assertUnmodified, choiceParam, idParam } from '../wire/parameters.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { deletablePackages, readablePackages } from '../access/project-finder.ts';
import { notFound, routeNotFound } from '../wire/refusal.ts';
import { sendEmpty } from '../wire/respond.ts';

/** `GET /projects/:id/packages/:package_id/package_files`: oldest first, unless asked otherwise. */
export function listPackageFiles(call: Call): void {
  const found = readablePackages(call);
  const row = displayedPackage(call, found);
  const page = pageOf(call);
  const { profile, listing } = call.instance;
  const orderBy = profile.fileOrder ? choiceParam(call, 'order_by', FILE_ORDERS, 'id') : 'id';
  const sort = profile.fileOrder ? choiceParam(call, 'sort', ['asc', 'desc'], 'asc') : 'asc';
  const files = listing.files({ packageId: row.id, orderBy, sort, ...offsetOf(page) });
  sendPage(call, page, files.total, files.rows.map(fileRecord));
}

/** `GET …/package_files/:package_file_id/download`: the only way to an older file of the same name. */
export async function downloadPackageFile(call: Call): Promise<void> {
  if (!call.instance.profile.downloadById) throw routeNotFound();
  const found = readablePackages(call);
  const row = displayedPackage(call, found);
  const file = call.instance.store.fileById(row.id, idParam(call, 'package_file_id'));
  if (file === undefined) throw notFound();
  await sendContents(call, file);
}

/** `DELETE …/package_files/:package_file_id` */
export async function deletePackageFile(call: Call): Promise<void> {
  if (!call.instance.profile.fileDeletes) throw routeNotFound();
  const found = deletablePackages(call);
  const row = displayedPackage(call, found);
  assertDeletable(call, found, row.name);
  const { store, blobs } = call.instance;
  const file = store.fileById(row.id, idParam(call, 'package_file_id'));
  if (file === undefined) throw notFound();
  assertUnmodified(call, file.created_at);
  store.removeFile(file.id);
  sendEmpty(call, 204);
  await blobs.remove([file.blob]);
}
