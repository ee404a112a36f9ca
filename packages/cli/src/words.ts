import path from 'node:path';

/** How long something took, for people: `0.21 s`, `38 ms`. */
export function took(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 1_000 ? 2 : 1)} s`;
}

/** How long something has been so, in two units at most: `12s`, `4m`, `2h14m`, `3d2h`. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)}d` : `${Math.floor(hours / 24)}d${hours % 24}h`;
}

/** How much memory, for people: `640 kB`, `64 MB`, `1.4 GB`. */
export function bytes(count: number): string {
  const kilobytes = count / 1_000;
  if (kilobytes < 999.5) return `${Math.round(kilobytes)} kB`;
  const megabytes = kilobytes / 1_000;
  if (megabytes < 999.5) return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
  return `${(megabytes / 1_000).toFixed(1)} GB`;
}

/** `1 tool`, `14 tools`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A path as a person would type it: `./switchyard.jsonc`, `~/.config/…`, else absolute. */
export function shownPath(
  file: string,
  { cwd, home }: { readonly cwd: string; readonly home: string },
): string {
  const inside = (folder: string): string | undefined => {
    const relative = path.relative(folder, file);
    return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative;
  };
  const near = inside(cwd);
  if (near !== undefined) return `.${path.sep}${near}`;
  const own = inside(home);
  return own === undefined ? file : `~${path.sep}${own}`;
}

/** A text in at most `width` characters, with its loss shown. */
export function shortened(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : `${text.slice(0, width - 1)}…`;
}
