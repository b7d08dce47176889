//! Circles in a graph of modules.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

/// A place in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) file: String,
    pub(super) line: usize,
}

/// Modules and the arrows between them, each with the first place that it comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    arrows: BTreeMap<String, BTreeMap<String, Location>>,
}

/// The modules of a circle, each with the place of the arrow to the next one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Circle {
    steps: Vec<(String, Location)>,
}

impl Graph {
    pub(super) fn add(&mut self, from: &str, to: &str, location: Location) {
        let targets = self.arrows.entry(from.to_owned()).or_default();
        targets.entry(to.to_owned()).or_insert(location);
    }

    /// The shortest circle of each strongly connected component.
    pub(super) fn circles(&self) -> Vec<Circle> {
        let reachable: BTreeMap<&str, BTreeSet<&str>> = self
            .arrows
            .keys()
            .map(|module| (module.as_str(), self.reachable(module)))
            .collect();
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for (module, targets) in &reachable {
            if !targets.contains(module) || seen.contains(module) {
                continue;
            }
            let leads_back = |other: &&&str| {
                let back = reachable.get(**other);
                back.is_some_and(|targets| targets.contains(module))
            };
            let component: Vec<&str> = targets.iter().filter(leads_back).copied().collect();
            let circles = component.iter().filter_map(|module| self.circle(module));
            found.extend(circles.min_by_key(|circle| circle.steps.len()));
            seen.extend(component);
        }
        found
    }

    /// All modules that can be reached from this one, by at least one arrow.
    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut queue = vec![from];
        while let Some(module) = queue.pop() {
            for target in self.arrows.get(module).into_iter().flat_map(BTreeMap::keys) {
                if found.insert(target.as_str()) {
                    queue.push(target);
                }
            }
        }
        found
    }

    /// The shortest circle through a module.
    fn circle(&self, module: &str) -> Option<Circle> {
        let targets = self.arrows.get(module)?;
        let ways = targets
            .keys()
            .filter_map(|target| self.path(target, module));
        let mut path = ways.min_by_key(Vec::len)?;
        path.insert(0, module);
        let steps = path.windows(2).map(|pair| {
            let location = self.arrows[pair[0]][pair[1]].clone();
            (pair[0].to_owned(), location)
        });
        Some(Circle {
            steps: steps.collect(),
        })
    }

    /// The shortest path from one module to another, with both ends.
    fn path<'a>(&'a self, from: &'a str, to: &str) -> Option<Vec<&'a str>> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(module) = queue.pop_front() {
            if module == to {
                let mut path = vec![module];
                while let Some(before) = path.last().and_then(|last| came_from.get(last)) {
                    path.push(before);
                }
                path.reverse();
                return Some(path);
            }
            for target in self.arrows.get(module).into_iter().flat_map(BTreeMap::keys) {
                if target != from && !came_from.contains_key(target.as_str()) {
                    came_from.insert(target, module);
                    queue.push_back(target);
                }
            }
        }
        None
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = self.steps.iter().cycle().skip(1);
        for ((from, location), (to, _)) in self.steps.iter().zip(next) {
            let Location { file, line } = location;
            writeln!(f, "    {from} → {to}  ({file}:{line})")?;
        }
        Ok(())
    }
}
