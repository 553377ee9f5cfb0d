/**
 * From here on descriptors of file systems in memory count, as those of memfs do from 2^31 - 1 down:
 * far above any limit on open files. One that goes astray, after a second close say, then never
 * meets a real file.
 */
export const firstVirtualDescriptor = 2 ** 30;
