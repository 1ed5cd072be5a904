import { PLATFORMS } from '../platforms/platforms.ts';
import type { Platform } from '../platforms/platform.ts';
import type { Feed } from './platform-feed.ts';
import { otherFeeds } from './other-feeds.ts';
import { webhookFeeds } from './webhook-feeds.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** How one platform feeds `serve`. */
export function feedOf(platform: Platform, settings: WebhookSettings): Feed {
  return feeds(settings).find(({ id }) => id === platform.id)!;
}

/** How each platform feeds `serve`, in the order in which platforms are listed. */
export function feeds(settings: WebhookSettings): readonly Feed[] {
  const all = [...webhookFeeds(settings), ...otherFeeds(settings)];
  return PLATFORMS.flatMap((platform) => all.filter(({ id }) => id === platform.id));
}
