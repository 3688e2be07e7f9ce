"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const charts = [];
  const colours = ["#1c7ed6", "#0ca678", "#ae3ec9", "#f08c00", "#4263eb", "#74b816", "#e64980", "#1098ad", "#9c36b5", "#868e96", "#2b8a3e"];
  const families = [["lockstep", "Lockstep"], ["native", "What AWS offers"], ["rule", "Kubernetes rules"], ["naive", "A naive function"], ["bound", "Bounds"]];
  const shown = new Set(families.map(([id]) => id));
  const family = (policy) => policy.split("-")[0];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (value, digits = 2) => value === undefined || value === null ? "–" : value.toFixed(digits);
  /** Two decimals from 1 on, three significant digits below: two small shares can still be compared. */
  const share = (value) => value === undefined || value === null ? "–" : value === 0 ? "0" : value >= 1 ? value.toFixed(2) : value < 0.0001 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  const changes = (decision) => !decision.line.includes("nothing to do");
  const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  /** Nothing at all cannot be drawn on a logarithmic axis. */
  const floor = 0.001;
  const MOST_IN_TIP = 6;

  function colour(policy) {
    if (family(policy) === "lockstep") return css("--accent");
    if (family(policy) === "bound") return css("--soft");
    const others = data.frontier.map((f) => f.policy).filter((p) => !["lockstep", "bound"].includes(family(p)));
    return colours[others.indexOf(policy) % colours.length];
  }

  function base() {
    return {
      animation: false,
      textStyle: { fontFamily: "system-ui, sans-serif", color: css("--ink") },
      tooltip: { backgroundColor: css("--card"), borderColor: css("--line"), textStyle: { color: css("--ink") }, confine: true },
    };
  }

  function axis(extra) {
    return {
      axisLine: { lineStyle: { color: css("--soft") } }, axisLabel: { color: css("--soft") },
      nameTextStyle: { color: css("--soft") }, splitLine: { lineStyle: { color: css("--line") } }, ...extra,
    };
  }

  function drawFrontier(chart) {
    const series = data.frontier.filter((f) => shown.has(family(f.policy))).map((f) => ({
      name: f.policy, type: "line", symbolSize: 7, color: colour(f.policy),
      lineStyle: { width: f.policy === "lockstep" ? 4 : 1.8, type: family(f.policy) === "bound" ? "dashed" : f.policy.startsWith("lockstep-") ? "dotted" : "solid" },
      emphasis: { focus: "series", lineStyle: { width: 4 } },
      data: f.envelope.map((p) => ({ value: [p.cost, Math.max(floor, p.violationPercent)], knob: p.knob, real: p.violationPercent })),
    }));
    chart.setOption({
      ...base(),
      tooltip: { ...base().tooltip, trigger: "item", formatter: (p) => `<b>${escape(p.seriesName)}</b><br>${escape(p.data.knob)}<br>${number(p.value[0])} × optimum<br>${share(p.data.real)} % outside the budget` },
      legend: { type: "plain", orient: "vertical", right: 0, top: 24, textStyle: { color: css("--ink") }, itemWidth: 18 },
      grid: { left: 64, right: 230, top: 24, bottom: 56 },
      xAxis: axis({ type: "value", name: "host-hours over the clairvoyant optimum", nameLocation: "middle", nameGap: 32, min: 0.6, max: 3, interval: 0.2, axisLabel: { formatter: (v) => v.toFixed(1) + " ×", color: css("--soft") } }),
      yAxis: axis({ type: "log", name: "outside 250 ms, %", min: floor, nameLocation: "end", axisLabel: { formatter: (v) => v <= floor ? "0" : v + " %", color: css("--soft") } }),
      series,
    }, true);
  }

  function clock(second) {
    const part = (value) => String(Math.floor(value)).padStart(2, "0");
    return `${part(second / 3600)}:${part((second / 60) % 60)}`;
  }

  /** Whole hours or minutes between the labels of the time axis, a dozen at most. */
  function gap(record) {
    const seconds = record.samples.length === 0 ? 60 : record.samples[record.samples.length - 1][0];
    return [60, 300, 600, 1800, 3600, 7200, 14400, 43200, 86400].find((step) => seconds / step <= 12) ?? 172800;
  }

  function drawTimeline(chart, record) {
    const at = (index) => record.samples.map((s) => [s[0], s[index]]);
    const grids = ["requests/s", "tasks", "hosts", "p95, ms"];
    const line = (name, grid, index, hue, extra = {}) => ({ name, type: "line", xAxisIndex: grid, yAxisIndex: grid, data: at(index), showSymbol: false, color: hue, lineStyle: { width: 1.6 }, ...extra });
    const step = { step: "end" };
    chart.setOption({
      ...base(),
      tooltip: { ...base().tooltip, trigger: "axis", axisPointer: { animation: false }, formatter: (items) => tip(items, record) },
      axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: css("--soft") } },
      legend: { top: 0, textStyle: { color: css("--ink") }, itemWidth: 18, itemGap: 14, icon: "roundRect", itemHeight: 4 },
      dataZoom: [{ type: "inside", xAxisIndex: [0, 1, 2, 3] }, { type: "slider", xAxisIndex: [0, 1, 2, 3], bottom: 4, height: 22, labelFormatter: (v) => clock(v) }],
      grid: grids.map((_, i) => ({ left: 64, right: 24, top: 72 + i * 160, height: 126 })),
      xAxis: grids.map((_, i) => axis({ type: "value", gridIndex: i, max: "dataMax", interval: gap(record), axisLabel: { show: i === 3, formatter: clock, color: css("--soft") }, splitLine: { show: false } })),
      yAxis: grids.map((name, i) => axis({ type: "value", gridIndex: i, name, max: i === 3 ? (v) => Math.min(1000, Math.max(300, v.max)) : undefined })),
      series: [
        line("capacity", 0, 2, css("--soft"), { ...step, areaStyle: { opacity: 0.12 } }),
        line("demand", 0, 1, "#1c7ed6"),
        line("tasks desired", 1, 3, css("--soft"), { ...step, lineStyle: { width: 1.4, type: "dashed" } }),
        line("tasks serving", 1, 4, "#0ca678", step),
        line("tasks PENDING", 1, 10, "#f08c00", { ...step, areaStyle: { opacity: 0.3 } }),
        line("tasks without a host", 1, 11, "#e03131", { ...step, areaStyle: { opacity: 0.3 } }),
        line("hosts desired", 2, 6, css("--soft"), { ...step, lineStyle: { width: 1.4, type: "dashed" } }),
        line("hosts paid", 2, 7, "#ae3ec9", step),
        line("hosts ready", 2, 8, "#0ca678", step),
        line("p95", 3, 9, "#f08c00", { markLine: { silent: true, symbol: "none", data: [{ yAxis: data.budgetMillis }], lineStyle: { color: "#e03131" }, label: { formatter: "budget", color: "#e03131", position: "insideEndTop" } } }),
        { name: "decisions", type: "scatter", xAxisIndex: 0, yAxisIndex: 0, symbol: "triangle", symbolSize: 8, color: css("--accent"), data: record.decisions.filter(changes).map((d) => [d.second, 0]) },
      ],
    }, true);
  }

  function tip(items, record) {
    const second = items[0].value[0];
    const values = items.filter((i) => i.seriesName !== "decisions").map((i) => `${i.marker} ${escape(i.seriesName)} <b>${number(i.value[1], 1)}</b>`);
    const near = record.decisions.filter((d) => Math.abs(d.second - second) <= 60).sort((a, b) => changes(b) - changes(a)).slice(0, MOST_IN_TIP).map((d) => escape(d.line));
    return [`<b>${clock(second)}</b>`, ...new Set(values), ...near.map((l) => `<span style="display:inline-block;max-width:520px;white-space:normal">${l}</span>`)].join("<br>");
  }

  function table(id, head, rows) {
    const cell = (c, tag) => `<${tag} class="${[c.text ? "text" : "", c.best ? "best" : ""].join(" ").trim()}"${tag === "th" ? ' scope="col"' : ""}>${escape(c.value)}</${tag}>`;
    document.getElementById(id).innerHTML = `<thead><tr>${head.map((h) => cell(h, "th")).join("")}</tr></thead><tbody>${rows.map((r) => `<tr class="${r.own ? "own" : ""}">${r.cells.map((c) => cell(c, "td")).join("")}</tr>`).join("")}</tbody>`;
  }

  function fillTables() {
    const costs = ["1.2", "1.3", "1.5", "2.0"], shares = ["1.0", "0.5"];
    const real = data.frontier.filter((f) => family(f.policy) !== "bound");
    const best = (pick) => Math.min(...real.map(pick).filter((v) => v !== undefined));
    const bests = [...costs.map((c) => best((f) => f.violations[c])), ...shares.map((s) => best((f) => f.costs[s]))];
    table("frontier-table",
      [{ value: "policy" }, ...costs.map((c) => ({ value: `% outside at ${c} ×` })), ...shares.map((s) => ({ value: `× optimum for ${s} %` }))],
      data.frontier.map((f) => {
        const values = [...costs.map((c) => f.violations[c]), ...shares.map((s) => f.costs[s])];
        return { own: f.policy === "lockstep", cells: [{ value: f.policy }, ...values.map((v, i) => ({ value: share(v), best: family(f.policy) !== "bound" && v === bests[i] }))] };
      }));
    table("settings",
      [{ value: "policy" }, { value: "setting", text: true }, ...["% outside", "least–most", "× optimum", "$", "PENDING, task-s", "PROVISIONING", "not existing", "beyond the host's lead", "actions", "longest over, s", "p95, ms"].map((value) => ({ value }))],
      data.standings.map((s) => ({ own: s.policy === "lockstep", cells: [{ value: s.policy }, { value: s.knob, text: true }, { value: share(s.violationPercent) }, { value: s.spread.map(share).join("–") }, { value: number(s.vsOptimum) }, { value: number(s.dollars) }, { value: number(s.pending, 0) }, { value: number(s.provisioning, 0) }, { value: number(s.unplaceable, 0) }, { value: number(s.prolonged, 0) }, { value: number(s.actions, 0) }, { value: number(s.recovery, 0) }, { value: number(s.p95, 0) }] })));
  }

  /** What a reader in a hurry needs: Lockstep beside the best that AWS offers, and the floor. */
  function fillHeadline() {
    const of = (policy) => data.frontier.find((f) => f.policy === policy);
    const natives = data.frontier.filter((f) => family(f.policy) === "native");
    const own = of("lockstep"), floorOf = of("bound-clairvoyant");
    if (!own || natives.length === 0) return;
    const best = (pick) => natives.filter((f) => pick(f) !== undefined).sort((a, b) => pick(a) - pick(b))[0];
    const card = (what, unit, pick) => {
      const native = best(pick);
      if (!native || pick(own) === undefined) return "";
      const bound = floorOf && pick(floorOf) !== undefined ? `, ${share(pick(floorOf))} if the future were known` : "";
      return `<div class="card"><p class="what">${what}</p><p class="figure">${share(pick(own))}<span>${unit}</span></p><p class="note">against ${share(pick(native))} with ${escape(native.policy)}, the best AWS offers here${bound}</p></div>`;
    };
    document.getElementById("headline").innerHTML = [
      card("Requests outside the budget at 1.3 times the cheapest fleet", "%", (f) => f.violations["1.3"]),
      card("Requests outside the budget at 1.5 times the cheapest fleet", "%", (f) => f.violations["1.5"]),
      card("Cost when 1 % of requests may be outside", "× optimum", (f) => f.costs["1.0"]),
    ].join("");
  }

  function fillDecisions(record) {
    document.getElementById("about").textContent = `${record.about}. Setting: ${record.knob}.`;
    const shownDecisions = document.getElementById("all-decisions").checked ? record.decisions : record.decisions.filter(changes);
    document.getElementById("decisions").innerHTML = shownDecisions.length === 0
      ? "<li><span></span><span>Nobody decided anything.</span></li>"
      : shownDecisions.map((d) => `<li tabindex="0" title="${escape(d.line)}"><time>${clock(d.second)}</time><span>${escape(d.line)}</span></li>`).join("");
  }

  function start() {
    const frontier = echarts.init(document.getElementById("frontier"), null, { renderer: "svg" });
    const timeline = echarts.init(document.getElementById("timeline"), null, { renderer: "svg" });
    charts.push(frontier, timeline);
    const select = document.getElementById("policy");
    select.innerHTML = data.recordings.map((r) => `<option>${escape(r.policy)}</option>`).join("");
    const record = () => data.recordings[select.selectedIndex];
    const draw = () => { drawFrontier(frontier); drawTimeline(timeline, record()); };
    const chips = document.getElementById("families");
    families.filter(([id]) => data.frontier.some((f) => family(f.policy) === id)).forEach(([id, name]) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = name;
      chip.setAttribute("aria-pressed", "true");
      chip.addEventListener("click", () => {
        if (!shown.delete(id)) shown.add(id);
        chip.setAttribute("aria-pressed", String(shown.has(id)));
        drawFrontier(frontier);
      });
      chips.append(chip);
    });
    select.addEventListener("change", () => { drawTimeline(timeline, record()); fillDecisions(record()); });
    document.getElementById("all-decisions").addEventListener("change", () => fillDecisions(record()));
    dark.addEventListener("change", draw);
    window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
    window.addEventListener("beforeprint", () => charts.forEach((chart) => chart.resize()));
    fillHeadline();
    fillTables();
    fillDecisions(record());
    draw();
  }

  start();
})();
