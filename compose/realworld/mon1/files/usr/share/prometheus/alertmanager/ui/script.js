// The alerts that are on, and the silences, by Alertmanager's own API; asked again every 15 s.
"use strict";

const api = async (path, options) => {
  const answer = await fetch("api/v2/" + path, options);
  if (!answer.ok) throw new Error(answer.status + " " + (await answer.text()));
  return answer.status === 200 && options === undefined ? answer.json() : null;
};

const element = (name, text, parent) => {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
};

const since = (moment) => new Date(moment).toLocaleString();

const button = (text, parent, act) => {
  element("button", text, parent).onclick = () => act().then(show, failed);
};

const silence = (labels) =>
  api("silences", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      matchers: Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3600e3).toISOString(),
      createdBy: "operator",
      comment: "Known, for an hour",
    }),
  });

const showAlert = (alert, place) => {
  const box = element("article", "", place);
  box.classList.add(alert.labels.severity || "warning");
  if (alert.status.state === "suppressed") box.classList.add("silenced");
  element("strong", alert.labels.alertname + ": " + (alert.annotations.summary || ""), box);
  element("p", alert.annotations.description || "", box);
  const line = element("p", "", box);
  element("small", "since " + since(alert.startsAt) + " ", line);
  if (alert.status.state === "suppressed") element("small", "(silenced, or follows from another)", line);
  else button("Silence for an hour", line, () => silence(alert.labels));
};

const showSilence = (each, place) => {
  const box = element("article", "", place);
  element("strong", each.matchers.map((m) => m.name + "=" + m.value).join(", "), box);
  const line = element("p", each.comment + ", until " + since(each.endsAt) + " ", box);
  button("End it", line, () => api("silence/" + each.id, { method: "DELETE" }));
};

const show = async () => {
  const [alerts, silences] = await Promise.all([api("alerts"), api("silences")]);
  const active = silences.filter((each) => each.status.state !== "expired");
  const places = ["alerts", "silences"].map((id) => document.getElementById(id));
  places.forEach((place) => place.replaceChildren());
  alerts.forEach((alert) => showAlert(alert, places[0]));
  active.forEach((each) => showSilence(each, places[1]));
  if (!active.length) element("p", "None.", places[1]);
  document.getElementById("state").textContent = alerts.length ? alerts.length + " alerts" : "All is well";
};

const failed = (error) => {
  document.getElementById("state").textContent = "Alertmanager does not answer: " + error.message;
};

show().catch(failed);
setInterval(() => show().catch(failed), 15000);
