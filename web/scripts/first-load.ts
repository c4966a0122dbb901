/** What the bundler tells of a module. */
interface Modules {
  getModuleInfo: (id: string) => { importers: readonly string[] } | null;
}

const entry = (app: string) => new RegExp(`/apps/${app}/main\\.ts$`);

/**
 * Names the chunk of a module: all that the watch app needs at once, and the console does not, is one. Left alone, the
 * bundler cuts it into a chunk for each way in which the parts that load later share it.
 */
export function firstLoad(id: string, modules: Modules): string | null {
  return reaches(id, entry('watch'), modules) && !reaches(id, entry('console'), modules) ? 'first' : null;
}

/** Whether an entry imports a module, not counting what is imported when it is needed. */
function reaches(id: string, wanted: RegExp, modules: Modules): boolean {
  const seen = new Set([id]);
  for (const at of seen) {
    if (wanted.test(at)) return true;
    for (const importer of modules.getModuleInfo(at)?.importers ?? []) seen.add(importer);
  }
  return false;
}
