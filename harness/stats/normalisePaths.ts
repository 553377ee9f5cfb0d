/** A piece of a path, as far as a message lets one tell; `:12:3` behind it is not part of it. */
const piece = `[^\\s'"\`<>:,;()[\\]{}|?*]+`;

const temporary = new RegExp(
  `(?<![\\w./<>-])(?:file://)?(?:` +
    `(?:/private)?(?:/var/folders/[^/\\s]+/[^/\\s]+/T|/var/tmp|/tmp)|/dev/shm|/run/user/\\d+|` +
    `[A-Za-z]:[\\\\/](?:Users[\\\\/][^\\\\/\\s]+[\\\\/]AppData[\\\\/]Local[\\\\/])?Te?mp` +
    `)(?:[\\\\/]${piece})?(?![\\w-])`,
  'g',
);

/** Folders in which people, containers and build machines keep checkouts and tools. */
const places =
  'home|Users|root|work|workspace|workspaces|build|builds|opt|usr|srv|mnt|media|var|private|data|' +
  'app|code|src|repo|github|runner|__w|nix|Volumes';

const ofThisMachine = new RegExp(
  `(?<![\\w./<>-])(?:file://)?(?:[A-Za-z]:[\\\\/]|/(?:${places})/)${piece}`,
  'g',
);

/**
 * Replaces what a path says about the machine or the run: those below `root` become relative to
 * it, temporary ones `<tmp>/name`, those in a package `node_modules/…`, other absolute ones
 * `<path>/name`.
 *
 * @param root - absolute, or null when it isn't known
 */
export function normalisePaths(text: string, root: string | null): string {
  return withoutRoot(text, root)
    .replace(temporary, (path) => {
      const name = steadyName(path);
      return name === null ? '<tmp>' : `<tmp>/${name}`;
    })
    .replace(ofThisMachine, (path) => {
      const steps = path.replaceAll('\\', '/');
      const inPackage = steps.lastIndexOf('node_modules/');
      if (inPackage >= 0) return steps.slice(inPackage);
      return `<path>/${steps.slice(steps.lastIndexOf('/') + 1)}`;
    });
}

function withoutRoot(text: string, root: string | null): string {
  const forward = (root ?? '').replaceAll('\\', '/').replace(/\/+$/, '');
  // The file system's own root is no suite's root, and would take the slash off every path.
  if (!/[^/:]\/|\/[^/]/.test(forward)) return text;
  const spellings = [forward, forward.replaceAll('/', '\\')];
  return spellings.reduce((so, spelling) => {
    const separator = spelling.includes('\\') ? '\\' : '/';
    return so
      .replaceAll(`file:///${spelling.replace(/^\//, '')}${separator}`, '')
      .replaceAll(spelling + separator, '')
      .replace(new RegExp(`${literally(spelling)}(?![\\w.-])`, 'g'), '.');
  }, text);
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The file's name with its varying parts replaced; null for a folder, whose name is mostly random. */
function steadyName(path: string): string | null {
  const name = path.split(/[\\/]/).at(-1) ?? '';
  if (!/\.[a-z][a-z0-9]{0,5}(?:[-.~]|$)/i.test(name)) return null;
  return name
    .replace(/(?<=[-._~])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{6,}(?=[-._~]|$)/gi, '<id>')
    .replace(/\d{3,}/g, '<n>');
}
