import { leaveProof } from '../../engine/ownership/folderProof.js';
import { FlakehoundError } from '../../errors.js';
import type { Channel } from '../../ports/channels.js';
import type { Platform } from '../../ports/platform.js';
import type { Millis } from '../../units.js';
import { GuestLink, type LinkedOwner } from './guestLink.js';
import { GuestStore } from './guestStore.js';
import { protocolVersion } from './messages.js';

/** How a guest introduces itself. */
export interface GuestRequest {
  readonly platform: Platform;
  readonly dir: string;
  readonly address: string;
  readonly owner: LinkedOwner;
  /** How long the owner may take to answer the first time. */
  readonly patience: Millis;
  readonly flush: Millis;
}

/** `foreign`: the one who listens there owns another folder, of which this one is a copy. */
export type Reception =
  | { readonly kind: 'guest'; readonly store: GuestStore; readonly link: GuestLink }
  | { readonly kind: 'foreign' };

/**
 * Becomes a guest of the owner who listens at an address.
 *
 * @throws FlakehoundError `STORE_LOCKED` when it doesn't answer in time; NodeJS.ErrnoException when
 *   nobody listens
 */
export async function connectGuest(request: GuestRequest): Promise<Reception> {
  const { platform, dir, address } = request;
  const channel = await platform.channels.connect(address);
  const link = new GuestLink(channel, platform.clock, request.owner);
  // A copied folder brings a copy of the lock along, and so the address of the owner of the first one.
  const proof = await leaveProof(platform, dir);
  try {
    const welcome = await answered(
      request,
      channel,
      link.call('read', 'hello', [protocolVersion, proof.name]),
    );
    if (welcome.isHere) {
      const { clock } = platform;
      const { flush } = request;
      return { kind: 'guest', link, store: new GuestStore({ dir, link, clock, flush }) };
    }
    link.close();
    return { kind: 'foreign' };
  } catch (error) {
    link.close();
    throw error;
  } finally {
    await proof.remove();
  }
}

function answered(
  { platform, dir, address, patience }: GuestRequest,
  channel: Channel,
  hello: Promise<unknown>,
): Promise<{ readonly isHere: boolean }> {
  channel.hold(true);
  return new Promise((resolve, reject) => {
    const cancel = platform.clock.after(patience, () =>
      reject(
        new FlakehoundError(
          'STORE_LOCKED',
          `the owner of the store in ${dir} doesn't answer at ${address} in time`,
          { hint: 'wait until it is done, or end that process' },
        ),
      ),
    );
    hello.then(
      (welcome) => {
        cancel();
        // The desk's answer to `hello`.
        resolve(welcome as { isHere: boolean });
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
