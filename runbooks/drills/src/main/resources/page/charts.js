/* global echarts */
const WINDOW_SECONDS = 300;
const LEAST_SECONDS = 60;
const GRID = { height: 150, gap: 52, top: 34 };

/** Drawn for the legend, which shows no dashes by itself. */
const SOLID = "path://M0,4h22v2h-22z";
const DASHED = "path://M0,4h6v2h-6zM8,4h6v2h-6zM16,4h6v2h-6z";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const clock = (second) => `${Math.floor(second / 60)}:${String(Math.floor(second) % 60).padStart(2, "0")}`;

/** Demand against capacity, p95 against its budget, and both counts, over one time axis. */
export class Curves {
  #box;
  #chart;
  #last;

  constructor(box) {
    this.#box = box;
    this.#chart = echarts.init(box, null, { renderer: "canvas" });
    new ResizeObserver(() => this.#chart.resize()).observe(box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#last && this.draw(...this.#last));
  }

  draw(samples, budget, decisions) {
    this.#last = [samples, budget, decisions];
    if (samples.length === 0) return;
    const now = samples.at(-1).second;
    const from = Math.max(0, now - WINDOW_SECONDS);
    const to = Math.max(now, from + LEAST_SECONDS);
    const shown = samples.filter((sample) => sample.second >= from);
    this.#chart.setOption(option(shown, budget, decisions.filter((made) => made.second >= from), from, to), true);
    this.#box.setAttribute("aria-label", inWords(samples.at(-1), budget));
  }
}

function inWords(sample, budget) {
  const p95 = sample.p95Millis === null ? "unknown" : `${Math.round(sample.p95Millis)} milliseconds`;
  return `Curves of the last five minutes. Now: demand ${sample.demand.toFixed(0)} and capacity ${sample.capacity.toFixed(0)} requests a second, `
    + `p95 ${p95} of ${budget}, ${sample.tasksServing} of ${sample.tasksWanted} tasks serving, ${sample.hostsReady} of ${sample.hostsAsked} hosts ready.`;
}

function option(samples, budget, decisions, from, to) {
  const soft = css("--soft"), line = css("--line"), ink = css("--ink");
  const axis = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: { color: soft }, nameTextStyle: { color: soft }, splitLine: { lineStyle: { color: line } } };
  const at = (name) => samples.map((sample) => [sample.second, sample[name]]);
  const curve = (name, grid, field, color, extra = {}) =>
    ({ name, type: "line", xAxisIndex: grid, yAxisIndex: grid, data: at(field), symbol: "none", silent: true, color, lineStyle: { width: 2 }, ...extra });
  const dashed = { step: "end", lineStyle: { width: 1.6, type: "dashed" } };
  const names = ["requests/s", "p95, ms", "tasks and hosts"];
  const mark = (name, icon) => ({ name, icon });
  const legend = (items, i) => ({ data: items, right: 8, top: GRID.top + i * (GRID.height + GRID.gap) - 30, type: "scroll", left: 110, align: "auto", textStyle: { color: ink }, itemWidth: 22, itemHeight: 9, itemGap: 14, selectedMode: false });
  return {
    animation: false,
    textStyle: { fontFamily: "system-ui, sans-serif", color: ink },
    grid: names.map((_, i) => ({ left: 44, right: 12, top: GRID.top + i * (GRID.height + GRID.gap), height: GRID.height })),
    legend: [
      legend([mark("demand", SOLID), mark("capacity", SOLID), mark("a decision", "triangle")], 0),
      legend([mark("p95", SOLID), mark("budget", DASHED)], 1),
      legend([mark("tasks serving", SOLID), mark("tasks wanted", DASHED), mark("hosts ready", SOLID), mark("hosts asked", DASHED)], 2),
    ],
    xAxis: names.map((_, i) => ({ ...axis, type: "value", gridIndex: i, min: from, max: to, splitLine: { show: false }, axisLabel: { color: soft, formatter: clock, showMinLabel: false, showMaxLabel: false } })),
    yAxis: names.map((name, i) => ({ ...axis, type: "value", gridIndex: i, name, nameLocation: "end", nameGap: 12, nameTextStyle: { color: soft, align: "left", padding: [0, 0, 0, -34] }, min: 0, minInterval: 1, splitNumber: 3,
      max: i === 1 ? (range) => Math.min(1000, Math.ceil(Math.max(budget * 1.4, range.max) / 100) * 100) : undefined })),
    series: [
      curve("capacity", 0, "capacity", css("--capacity"), { step: "end", areaStyle: { opacity: 0.16 }, lineStyle: { width: 1.6 } }),
      curve("demand", 0, "demand", css("--demand")),
      { name: "a decision", type: "scatter", xAxisIndex: 0, yAxisIndex: 0, symbol: "triangle", symbolSize: 9, silent: true, color: css("--accent"), data: decisions.map((made) => [made.second, 0]) },
      curve("p95", 1, "p95Millis", css("--wait")),
      { name: "budget", type: "line", xAxisIndex: 1, yAxisIndex: 1, data: [[from, budget], [to, budget]], symbol: "none", silent: true, color: css("--bad"), lineStyle: { width: 1.6, type: "dashed" } },
      curve("tasks wanted", 2, "tasksWanted", css("--good"), dashed),
      curve("tasks serving", 2, "tasksServing", css("--good"), { step: "end" }),
      curve("hosts asked", 2, "hostsAsked", css("--accent"), dashed),
      curve("hosts ready", 2, "hostsReady", css("--accent"), { step: "end" }),
    ],
  };
}
