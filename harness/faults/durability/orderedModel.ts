import { type Effect, isExtending } from './effects.js';

/**
 * Whether the ordered model allows these fates: metadata is lost from the end only, and data that
 * extends a file arrives with all metadata before it and with the extensions it stands on.
 */
export function isOrderedLegal(
  effects: readonly Effect[],
  fates: Uint8Array,
  isUnsynced: (index: number) => boolean,
): boolean {
  let metadataLost = false;
  const cutShort = new Set<number>();
  const resizeLost = new Set<number>();
  for (let index = 0; index < fates.length; index++) {
    const effect = effects[index] as Effect;
    const isHere = fates[index] !== 0;
    if (effect.kind === 'entries' || effect.kind === 'resize') {
      if (!isUnsynced(index)) continue;
      if (isHere && metadataLost) return false;
      if (!isHere) metadataLost = true;
      if (!isHere && effect.kind === 'resize') resizeLost.add(effect.ino);
    }
    if (effect.kind !== 'write') continue;
    const standsOnLost = cutShort.has(effect.ino) || resizeLost.has(effect.ino);
    if (isExtending(effect)) {
      if (isHere && isUnsynced(index) && (metadataLost || standsOnLost)) return false;
      if (fates[index] !== 1) cutShort.add(effect.ino);
    } else if (isHere && isUnsynced(index) && standsOnLost) return false;
  }
  return true;
}
