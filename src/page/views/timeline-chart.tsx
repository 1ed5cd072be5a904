import type { ComponentChild, TargetedPointerEvent } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { gradesOf } from '../data/grades.ts';
import { number, offsetAt, plural, spanText, timeText } from '../data/wording.ts';
import { bars, caseInfo, feed, go, view } from '../state.ts';

const WIDTH = 960;
const HEIGHT = 100;
/** Pixels of the chart that a pointer moves before it is a drag. */
const DRAG = 4;

/** Matching events over time: a bar or a dragged range is what is shown from then on. */
export function TimelineChart(): ComponentChild {
  const [drag, setDrag] = useState<readonly [from: number, to: number] | undefined>(undefined);
  const start = useRef(0);
  const chart = bars.value;
  const { from, to } = view.value;
  if (chart === undefined) return null;
  const { seconds, highest } = chart;
  const length = Math.max(chart.bars.length, 12);
  const step = WIDTH / length;
  const end = chart.start + seconds * chart.bars.length;

  const placeOf = (event: TargetedPointerEvent<SVGSVGElement>): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / Math.max(1, box.width);
    return Math.min(WIDTH, Math.max(0, share * WIDTH));
  };
  const choose = (a: number, b: number): void => {
    const first = Math.floor(Math.min(a, b) / step);
    const last = Math.min(chart.bars.length - 1, Math.floor(Math.max(a, b) / step));
    if (first > last) return;
    go({ from: chart.start + first * seconds, to: chart.start + (last + 1) * seconds });
  };

  return (
    <figure class="timeline">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Events over time, at most ${number(highest)} in ${spanText(seconds)}`}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = placeOf(event);
          setDrag([start.current, start.current]);
        }}
        onPointerMove={(event) => {
          if (drag !== undefined) setDrag([start.current, placeOf(event)]);
        }}
        onPointerUp={(event) => {
          if (drag === undefined) return;
          const place = placeOf(event);
          setDrag(undefined);
          choose(start.current, Math.abs(place - start.current) < DRAG ? start.current : place);
        }}
        onPointerCancel={() => setDrag(undefined)}
      >
        {chart.bars.map((counts, index) => (
          <Bar
            key={index}
            counts={counts}
            x={index * step}
            width={Math.max(1, step - 1)}
            highest={highest}
            title={timeText(
              chart.start + index * seconds,
              offsetAt(feed.value!, chart.start + index * seconds),
            )}
          />
        ))}
        {drag !== undefined && (
          <rect
            class="drag"
            x={Math.min(...drag)}
            y={0}
            width={Math.abs(drag[1] - drag[0])}
            height={HEIGHT}
          />
        )}
      </svg>
      <figcaption>
        <TimeField
          name="From"
          seconds={from ?? chart.start}
          onChoose={(time) => go({ from: time })}
        />
        <span>
          one bar is {spanText(seconds)}, at most {number(highest)} {plural(highest, 'event')}
          {(from !== undefined || to !== undefined) && (
            <>
              {' '}
              <button type="button" onClick={() => go({ from: undefined, to: undefined })}>
                Whole time
              </button>
            </>
          )}
        </span>
        <TimeField name="To" seconds={to ?? end} onChoose={(time) => go({ to: time })} />
      </figcaption>
    </figure>
  );
}

function Bar({
  counts,
  x,
  width,
  highest,
  title,
}: {
  readonly counts: readonly number[];
  readonly x: number;
  readonly width: number;
  readonly highest: number;
  readonly title: string;
}): ComponentChild {
  const { names } = gradesOf(feed.value!);
  const named = counts.flatMap((count, rank) =>
    count > 0 ? [`${number(count)} ${names[rank]!}`] : [],
  );
  if (named.length === 0) return null;
  let y = HEIGHT;
  return (
    <g>
      <title>{`${title}: ${named.join(', ')}`}</title>
      {counts.map((count, rank) => {
        const height = (count / highest) * HEIGHT;
        y -= height;
        return (
          count > 0 && (
            <rect
              key={rank}
              class={`s-${names[rank]!}`}
              x={x}
              y={y}
              width={width}
              height={height}
            />
          )
        );
      })}
    </g>
  );
}

/** A time that can be typed, for those who do not drag. */
function TimeField({
  name,
  seconds,
  onChoose,
}: {
  readonly name: string;
  readonly seconds: number;
  readonly onChoose: (seconds: number) => void;
}): ComponentChild {
  const offset = offsetAt(feed.value!, seconds);
  return (
    <label>
      {name}{' '}
      <input
        type="datetime-local"
        step="1"
        value={timeText(seconds, offset).replace(' ', 'T')}
        onChange={(event) => {
          const time = Date.parse(`${event.currentTarget.value}Z`) / 1000;
          if (Number.isFinite(time)) onChoose(time - offset);
        }}
      />{' '}
      {name === 'To' && caseInfo.value!.timezone}
    </label>
  );
}
