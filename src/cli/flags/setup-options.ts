import {
  WEBHOOK_PARTS,
  type WebhookAuth,
  type WebhookPart,
} from '../../setup/webhook/webhook-settings.ts';
import { choice, option } from './option-record.ts';
import { readAuditUrl } from './values.ts';

/** Options of `setup webhook` and `ui`: a command line says them, never a file. */
export const SETUP_OPTIONS = {
  url: option<string | undefined>({
    flags: '--url <url>',
    description:
      'where the API server finds serve, such as https://HOST:9765/audit/CLUSTER; the service in the cluster otherwise',
    group: 'run',
    default: undefined,
    parse: readAuditUrl,
    config: false,
  }),
  auth: choice<WebhookAuth>(
    {
      flags: '--auth <how>',
      description:
        'by what serve knows the API server: certificate, token, none; plain HTTP allows none only',
      group: 'run',
      default: undefined,
      defaultText: 'certificate',
      config: false,
    },
    ['certificate', 'token', 'none'],
  ),
  part: choice<WebhookPart>(
    {
      flags: '--part <part>',
      description: `print one file alone: ${WEBHOOK_PARTS.join(', ')}`,
      group: 'output',
      default: undefined,
      config: false,
    },
    WEBHOOK_PARTS,
  ),
  open: option<boolean>({
    flags: '--open',
    description: 'open the page in the browser',
    group: 'run',
    default: false,
    config: false,
  }),
};
