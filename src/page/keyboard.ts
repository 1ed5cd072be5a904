import { moveBy, rows, showRow, shownRow, view } from './state.ts';

/** Keys that do something on the page of findings. */
export function handleKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || view.peek().view !== 'findings') return;
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  const isTyping = target?.matches('input, select, textarea') === true;
  if (event.key === 'Escape') {
    escape(isTyping ? target : undefined);
    return;
  }
  if (isTyping) return;
  switch (event.key) {
    case '/':
      document.getElementById('search')?.focus();
      break;
    case 'j':
      moveBy(1);
      break;
    case 'k':
      moveBy(-1);
      break;
    case 'Enter':
      // Buttons and links do what they say.
      if (target?.matches('button, a, summary') === true && !target.matches('.row')) return;
      if (shownRow.peek() === undefined) showRow(rows.peek()[0]);
      else document.getElementById('detail')?.focus();
      break;
    default:
      return;
  }
  event.preventDefault();
}

/** Leaves a field, else closes what is beside the list. */
function escape(field: HTMLElement | undefined): void {
  if (field !== undefined) {
    field.blur();
    return;
  }
  showRow(undefined);
}
