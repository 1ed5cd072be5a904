import { itemView } from './data/case-lists.ts';
import { chosen, close, go, moveBy, rows, showRow, shownRow, view } from './state.ts';

/** Keys that do something on pages with a list. */
export function handleKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  const isTyping = target?.matches('input, select, textarea') === true;
  if (event.key === 'Escape') {
    if (isTyping) target.blur();
    else close();
    return;
  }
  if (isTyping) return;
  switch (event.key) {
    case '/':
      (document.getElementById('search') ?? document.getElementById('where'))?.focus();
      break;
    case 'j':
      moveBy(1);
      break;
    case 'k':
      moveBy(-1);
      break;
    case 'Enter':
      // Buttons and links do what they say; that of this page, or of the entry that is open, says nothing more.
      if (
        target?.matches('button, a, summary') === true &&
        !target.matches(':is(.row, .choice, nav *)[aria-current]')
      )
        return;
      openOrFocus();
      break;
    default:
      return;
  }
  event.preventDefault();
}

/** Opens the first entry of the list, or goes to what is open. */
function openOrFocus(): void {
  const isList = itemView(view.peek().view) !== undefined;
  const isOpen = isList ? view.peek().item !== undefined : shownRow.peek() !== undefined;
  if (isOpen) {
    document.getElementById('detail')?.focus();
    return;
  }
  if (isList) go({ item: chosen.peek()[0]?.key });
  else if (['findings', 'activity'].includes(view.peek().view)) showRow(rows.peek()[0]);
}
