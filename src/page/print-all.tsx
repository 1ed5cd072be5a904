import { render } from 'preact';
import { PrintList } from './views/print-list.tsx';

/** Printed are the findings that are shown, with their messages: the list on screen draws only those in sight. */
export function printAll(root: HTMLElement): void {
  const paper = document.createElement('div');
  paper.className = 'paper';
  root.after(paper);
  addEventListener('beforeprint', () => render(<PrintList />, paper));
  addEventListener('afterprint', () => render(null, paper));
}
