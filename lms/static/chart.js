// Makes a figure[data-chart] interactive: what is under the pointer, or chosen by the arrow keys, is told, and lines
// can be hidden. Without this script the figure keeps its drawing; the table beside it says the same either way.
// The tooltip is drawn as rich text: as HTML it would need inline styles, which our headers refuse.

const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyRect", "emptyCircle"];
const MOST_SYMBOLS = 40;
const ZOOM_FROM = 45;

const colour = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();
const whole = (value) => (Number.isInteger(value) ? String(value) : "");
const plain = (text) => text.replace(/[{}|]/g, " ");

class Chart {
  constructor(figure, figures, library) {
    this.figure = figure;
    this.figures = figures;
    this.keys = [...figure.querySelectorAll("[data-chart-series]")];
    this.isHidden = this.keys.map(() => false);
    this.place = figures.x.length - 1;
    this.field = document.createElement("div");
    this.field.className = "chart-field";
    figure.querySelector("[data-chart-drawn]").replaceWith(this.field);
    this.drawing = library.init(this.field, null, { renderer: "canvas" });
    this.makeSlider();
    this.makeButtons();
    this.draw();
    new ResizeObserver(() => this.drawing.resize()).observe(this.field);
    for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
      matchMedia(query).addEventListener("change", () => this.draw());
    }
    figure.querySelector("[data-chart-help]").hidden = false;
  }

  // A slider tells its value by itself to who listens.
  makeSlider() {
    const slider = this.field;
    slider.tabIndex = 0;
    slider.setAttribute("role", "slider");
    slider.setAttribute("aria-label", `${this.figures.label}. ${this.figures.acrossLabel}`);
    slider.setAttribute("aria-describedby", this.figure.querySelector(".chart-key").id);
    slider.setAttribute("aria-valuemin", 0);
    slider.setAttribute("aria-valuemax", this.figures.x.length - 1);
    this.tell();
    slider.addEventListener("keydown", (event) => this.move(event));
    slider.addEventListener("blur", () => this.drawing.dispatchAction({ type: "hideTip" }));
  }

  move(event) {
    const forward = this.figures.isRightToLeft ? "ArrowLeft" : "ArrowRight";
    const back = this.figures.isRightToLeft ? "ArrowRight" : "ArrowLeft";
    const last = this.figures.x.length - 1;
    const steps = {
      [forward]: this.place + 1, ArrowUp: this.place + 1, [back]: this.place - 1, ArrowDown: this.place - 1,
      PageUp: this.place + 7, PageDown: this.place - 7, Home: 0, End: last,
    };
    if (event.key === "Escape") {
      this.drawing.dispatchAction({ type: "hideTip" });
    } else if (event.key in steps && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.place = Math.min(last, Math.max(0, steps[event.key]));
      this.tell();
      this.point();
    }
  }

  tell() {
    this.field.setAttribute("aria-valuenow", this.place);
    this.field.setAttribute("aria-valuetext", [this.figures.labels[this.place], ...this.lines(this.place)].join(". "));
  }

  lines(place) {
    const told = this.figures.series.filter((each, at) => !this.isHidden[at] && each.values[place] !== null);
    // A name in another script keeps to itself: it stands between isolates.
    return told.length ? told.map((each) => `\u2068${each.name}\u2069: ${each.said[place]}`) : [this.figures.nothing];
  }

  point() {
    const seen = (each, at) => !this.isHidden[at] && each.values[this.place] !== null;
    const series = this.figures.series.findIndex(seen);
    if (series < 0) this.drawing.dispatchAction({ type: "hideTip" });
    else this.drawing.dispatchAction({ type: "showTip", seriesIndex: series, dataIndex: this.place });
  }

  makeButtons() {
    if (this.keys.length < 2) return;
    this.keys.forEach((key, at) => {
      const name = key.querySelector("[data-chart-name]");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "chart-toggle";
      button.textContent = name.textContent;
      button.setAttribute("aria-pressed", "true");
      name.replaceWith(button);
      button.addEventListener("click", () => {
        this.isHidden[at] = !this.isHidden[at];
        button.setAttribute("aria-pressed", String(!this.isHidden[at]));
        this.drawing.dispatchAction({ type: this.isHidden[at] ? "legendUnSelect" : "legendSelect", name: String(at) });
        this.tell();
      });
    });
  }

  look(at) {
    const line = this.keys[at].querySelector(".series-line");
    const style = getComputedStyle(line);
    const dashes = style.strokeDasharray.split(",").map(Number.parseFloat).filter((each) => each > 0);
    return { colour: style.stroke, dashes: dashes.length ? dashes : "solid" };
  }

  draw() {
    this.drawing.setOption(this.option(), true);
    this.isHidden.forEach((isHidden, at) => {
      if (isHidden) this.drawing.dispatchAction({ type: "legendUnSelect", name: String(at) });
    });
  }

  option() {
    const page = document.documentElement;
    const [ink, soft, line, paper] = ["--ink", "--soft", "--line", "--raised"].map((name) => colour(page, name));
    const { x, labels, isStepped, isRightToLeft, acrossLabel } = this.figures;
    const words = { color: soft, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 };
    const across = isStepped
      ? { type: "value", min: x[0], max: x[x.length - 1] || 1, minInterval: 1 }
      : { type: "category", data: labels, boundaryGap: false, axisTick: { alignWithLabel: true } };
    const hasZoom = x.length >= ZOOM_FROM && this.field.clientWidth > 560;
    return {
      animation: false,
      textStyle: words,
      legend: { show: false },
      grid: { left: 12, right: 18, top: 30, bottom: hasZoom ? 76 : 34, containLabel: true },
      xAxis: {
        ...across,
        inverse: isRightToLeft,
        name: acrossLabel, nameLocation: "middle", nameGap: 30, nameTextStyle: words,
        axisLabel: { ...words, hideOverlap: true, ...(isStepped && { formatter: whole }) }, axisLine: { lineStyle: { color: line } }, splitLine: { show: false },
      },
      yAxis: {
        type: "value", min: 0, max: 100, interval: 25,
        position: isRightToLeft ? "right" : "left",
        axisLabel: { ...words, formatter: "{value} %" }, splitLine: { lineStyle: { color: line } },
      },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        backgroundColor: paper, borderColor: soft, borderWidth: 1,
        textStyle: { ...words, color: ink, lineHeight: 20 },
        axisPointer: { lineStyle: { color: soft } },
        formatter: (told) => this.told(told[0].dataIndex),
      },
      dataZoom: hasZoom ? [{ type: "slider", height: 22, bottom: 8, borderColor: line, showDetail: false }] : [],
      series: this.figures.series.map((each, at) => this.series(each, at, words)),
    };
  }

  told(place) {
    return plain([this.figures.labels[place], ...this.lines(place)].join("\n"));
  }

  series(each, at, words) {
    const { x, isStepped } = this.figures;
    const look = this.look(at);
    const mark = each.mark && {
      silent: true,
      symbol: "none",
      lineStyle: { color: look.colour, type: look.dashes === "solid" ? [6, 4] : look.dashes, width: 1.5 },
      label: { ...words, show: this.figures.series.length === 1, formatter: plain(each.mark.text), position: "end" },
      data: [{ xAxis: each.mark.x }],
    };
    return {
      type: "line",
      name: String(at),
      step: isStepped ? "end" : false,
      data: isStepped ? each.values.map((value, place) => [x[place], value]) : each.values,
      symbol: SYMBOLS[(at + Math.floor(at / 6)) % SYMBOLS.length], showAllSymbol: true,
      symbolSize: (value, { dataIndex }) => (dataIndex % Math.ceil(x.length / MOST_SYMBOLS) ? 0 : 8),
      lineStyle: { color: look.colour, width: 2.5, type: look.dashes },
      itemStyle: { color: look.colour },
      emphasis: { disabled: true },
      markLine: mark || undefined,
    };
  }
}

const figures = [...document.querySelectorAll("figure[data-chart]")];
if (figures.length) {
  await import("./vendor/echarts/echarts.common.min.js");
  for (const figure of figures) {
    const read = JSON.parse(figure.querySelector("[data-chart-figures]").textContent);
    if (read.series.length) new Chart(figure, read, globalThis.echarts);
  }
}
