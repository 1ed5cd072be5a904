import { Fragment, type ComponentChild } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { indentJson } from '../../json/indent.ts';
import type { CaseRule } from '../../outputs/case/case-data.ts';
import { listOf, textOf, type CaseTable } from '../data/case-table.ts';
import { ignoreText, kubectlCommand, showCommand } from '../data/commands.ts';
import { number, rowTime, timeText } from '../data/wording.ts';
import { caseInfo, complete, live, readEvent } from '../state.ts';
import { DetailBox } from '../parts/detail-box.tsx';
import { Related } from '../parts/related.tsx';
import { PlaceFacts, RequestFacts } from '../parts/request-facts.tsx';
import { Badge, Copyable, Fact, Value } from '../parts/shown-parts.tsx';
import { RuleText } from './rule-text.tsx';

interface Shown {
  readonly table: CaseTable;
  readonly row: number;
}

/** Everything about one event with findings. */
export function FindingDetail({ table, row }: Shown): ComponentChild {
  const text = (name: Parameters<typeof textOf>[1]): string => textOf(table, name, row);
  const names = [text('rule'), ...listOf(table, 'others', row)];
  const rules = names.flatMap((name) => caseInfo.value!.rules.filter((rule) => rule.name === name));
  return (
    <DetailBox name="Finding">
      {/* Anew when the texts beside the list are there; what somebody types below stays. */}
      <Fragment key={`facts ${complete.value}`}>
        <h2>
          <Badge severity={text('severity')} /> {text('rule')}
        </h2>
        <p class="message">{text('message')}</p>
        <Related table={table} row={row} />
        <Facts table={table} row={row} />
        <Why table={table} row={row} />
        {rules.map((rule: CaseRule) => (
          <RuleText key={rule.name} rule={rule} heading={`Rule: ${rule.name}`} />
        ))}
        <Copyable name="One request in full" text={showCommand(table, row)} />
        <Copyable name="To accept it" text={ignoreText(table, row)} />
      </Fragment>
      {live.value?.findingUse(table, row)}
      <Copyable name="Such a request by kubectl" text={kubectlCommand(table, row)} />
      <RequestText table={table} row={row} />
    </DetailBox>
  );
}

function Facts({ table, row }: Shown): ComponentChild {
  const text = (name: Parameters<typeof textOf>[1]): string => textOf(table, name, row);
  const { count, first, last, offset, nanos } = table.numbers;
  return (
    <dl>
      <Fact name="Time">
        {rowTime(table, row)}
        {nanos[row]! > 0 && `.${String(nanos[row]!).padStart(9, '0').replace(/0+$/, '')}`}{' '}
        {caseInfo.value!.timezone}
      </Fact>
      {count[row]! > 1 && (
        <Fact name="Occurrences">
          {number(count[row]!)}, {timeText(first[row]!, offset[row]!)} to{' '}
          {timeText(last[row]!, offset[row]!)}
        </Fact>
      )}
      <RequestFacts table={table} row={row} />
      <Fact name="Outcome">{text('failure')}</Fact>
      <Fact name="Priority">{text('priority')}</Fact>
      <Fact name="Policies">
        {listOf(table, 'policies', row).map((each) => (
          <Value key={each} field="policy" value={each} />
        ))}
      </Fact>
      <Fact name="Tags">
        {listOf(table, 'tags', row).map((each) => (
          <Value key={each} field="tag" value={each} />
        ))}
      </Fact>
      <PlaceFacts table={table} row={row} />
    </dl>
  );
}

/** Why it fired: the rules, their evidence, the fields of their output. */
function Why({ table, row }: Shown): ComponentChild {
  const others = listOf(table, 'others', row);
  const also = listOf(table, 'also', row);
  const fields = listOf(table, 'fields', row);
  const pairs = fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] ?? '']] : []));
  return (
    <>
      <h3>Why it fired</h3>
      <dl>
        <Fact name="Rule">
          <Value field="rule" value={textOf(table, 'rule', row)} />
        </Fact>
        <Fact name="Evidence">{textOf(table, 'evidence', row)}</Fact>
        {others.map((name, i) => (
          <Fact key={name} name="Also">
            <Value field="rule" value={name} /> {also[i]}
          </Fact>
        ))}
        {pairs.map(([name, value]) => (
          <Fact key={name} name={name!}>
            {value}
          </Fact>
        ))}
      </dl>
    </>
  );
}

function RequestText({ table, row }: Shown): ComponentChild {
  const [read, setRead] = useState<(Shown & { readonly text: string }) | undefined>(undefined);
  useEffect(() => {
    let isCurrent = true;
    const show = async (): Promise<void> => {
      const event = await readEvent.value(row).catch(() => '');
      if (isCurrent) setRead({ table, row, text: event });
    };
    void show();
    return () => {
      isCurrent = false;
    };
  }, [table, row]);
  // That of another finding would be copied as this one's.
  if (read?.table !== table || read.row !== row) return null;
  const { text } = read;
  if (text === '') {
    return <p class="dim">The event is not in this page: it is too large, or the page is full.</p>;
  }
  return <Copyable name="Event" text={indentJson(text, 4 * text.length + 1000)} />;
}
