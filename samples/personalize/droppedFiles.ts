/** The files under an entry, by path below what was dropped. */
async function filesUnder(entry: FileSystemEntry, folder: string, found: Map<string, Blob>): Promise<void> {
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.set(path, file);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const more = (): Promise<FileSystemEntry[]> => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  // A reader gives at most a hundred at a time, and none at the end.
  for (let batch = await more(); batch.length > 0; batch = await more()) {
    for (const child of batch) await filesUnder(child, path, found);
  }
}

/**
 * The files of a drop, by relative name; of a single folder, the names inside it.
 * Call it in the event itself: the browser empties the transfer afterwards.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<Map<string, Blob>> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found = new Map<string, Blob>();
  for (const entry of entries) await filesUnder(entry, '', found);
  const [only] = entries;
  if (entries.length !== 1 || !only?.isDirectory) return found;
  return new Map([...found].map(([path, file]) => [path.slice(only.name.length + 1), file]));
}
