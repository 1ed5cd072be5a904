import type { CorrelationRule } from './correlation.ts';
import type { CorrelationWindow } from './correlation-window.ts';
import { CountWindow, ValueWindow } from './count-window.ts';
import { NewValueWindow } from './new-value-window.ts';
import { SequenceWindow } from './sequence-window.ts';
import { SilenceWindow } from './silence-window.ts';

/** An empty window for a group of a correlation. */
export function windowOf<Origin>(rule: CorrelationRule): CorrelationWindow<Origin> {
  switch (rule.type) {
    case 'event_count':
      return new CountWindow(rule);
    case 'value_count':
      return new ValueWindow(rule);
    case 'temporal':
    case 'temporal_ordered':
      return new SequenceWindow(rule);
    case 'new_value':
      return new NewValueWindow(rule);
    case 'silence':
      return new SilenceWindow(rule);
  }
}
