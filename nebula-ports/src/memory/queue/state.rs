//! What the reference queue holds, and how it changes: no waiting, no clock.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    model::ExecutionId,
    task_queue::{Delivery, Receipt, Task},
    time::Timestamp,
};

#[derive(Debug, Default)]
pub(super) struct State {
    /// Visible now or later: by time, then in order of arrival.
    waiting: BTreeMap<Place, Waiting>,
    /// Where each waiting execution stands; one place each.
    places: HashMap<ExecutionId, Place>,
    arrivals: u64,
    /// Being worked on, with the time until which they are invisible.
    flying: HashMap<Receipt, (Delivery, Timestamp)>,
    landings: BTreeSet<(Timestamp, Receipt)>,
    dead: Vec<Task>,
    /// Until when all sleepers sleep at most, as far as they know.
    sleeping_until: Option<Timestamp>,
    /// The earliest time at which a change since the last look makes something visible.
    news: Option<Timestamp>,
}

type Place = (Timestamp, u64);

#[derive(Debug)]
struct Waiting {
    task: Task,
    /// So far.
    deliveries: u32,
}

/// What a change means for those who sleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing that they do not know.
    Nothing,
    /// There is something for one of them.
    Visible,
    /// There will be something before they wake up.
    Earlier,
}

// === impl State ===

impl State {
    /// Tasks that are not settled.
    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.flying.len()
    }

    pub(super) fn is_waiting(&self, execution: ExecutionId) -> bool {
        self.places.contains_key(&execution)
    }

    pub(super) fn dead(&self) -> &[Task] {
        &self.dead
    }

    /// Lines a task up, merging it with one of the same execution: the earlier time and the larger number stay.
    pub(super) fn wait(&mut self, task: Task, deliveries: u32, visible_at: Timestamp) {
        let mut entry = Waiting { task, deliveries };
        let mut place = (visible_at, self.arrivals);
        if let Some(own) = self.places.get(&entry.task.execution).copied()
            && let Some(merged) = self.waiting.remove(&own)
        {
            entry.deliveries = entry.deliveries.max(merged.deliveries);
            place = place.min(own);
        }
        self.arrivals += 1;
        self.places.insert(entry.task.execution, place);
        self.waiting.insert(place, entry);
        self.announce(place.0);
    }

    /// Hands out the first visible task.
    pub(super) fn take(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        receipt: impl FnOnce() -> Receipt,
    ) -> Option<Delivery> {
        let entry = self.waiting.first_entry().filter(|entry| entry.key().0 <= now)?;
        let Waiting { task, deliveries } = entry.remove();
        self.places.remove(&task.execution);
        let delivery = Delivery { task, receipt: receipt(), attempt: deliveries.saturating_add(1) };
        self.fly(delivery.clone(), until);
        Some(delivery)
    }

    /// Invisible until then.
    pub(super) fn fly(&mut self, delivery: Delivery, until: Timestamp) {
        self.landings.insert((until, delivery.receipt));
        self.flying.insert(delivery.receipt, (delivery, until));
        self.announce(until);
    }

    /// Takes a delivery out of flight.
    pub(super) fn land(&mut self, receipt: Receipt) -> Option<Delivery> {
        let (delivery, until) = self.flying.remove(&receipt)?;
        self.landings.remove(&(until, receipt));
        Some(delivery)
    }

    /// Not done: lines it up again, or buries it.
    pub(super) fn give_back(&mut self, delivery: Delivery, visible_at: Timestamp, max_deliveries: u32) {
        if delivery.attempt < max_deliveries {
            self.wait(delivery.task, delivery.attempt, visible_at);
        } else if !self.dead.contains(&delivery.task) {
            self.dead.push(delivery.task);
        }
    }

    /// Gives back what has been invisible for long enough, in the order of its time.
    pub(super) fn time_out(&mut self, now: Timestamp, max_deliveries: u32) {
        while let Some(&(until, receipt)) = self.landings.first() {
            if until > now {
                break;
            }
            self.landings.remove(&(until, receipt));
            if let Some((delivery, _)) = self.flying.remove(&receipt) {
                self.give_back(delivery, until, max_deliveries);
            }
        }
    }

    /// Until when one who found nothing sleeps: the next time at which anything becomes visible, but not beyond `end`.
    pub(super) fn sleep(&mut self, end: Timestamp) -> Timestamp {
        let waiting = self.waiting.first_key_value().map(|(place, _)| place.0);
        let landing = self.landings.first().map(|(until, _)| *until);
        let next = waiting.into_iter().chain(landing).min();
        self.sleeping_until = next;
        // Whoever looks knows all.
        self.news = None;
        next.map_or(end, |next| next.min(end))
    }

    fn announce(&mut self, visible_at: Timestamp) {
        self.news = Some(self.news.map_or(visible_at, |news| news.min(visible_at)));
    }

    /// What the changes since the last question mean for those who sleep.
    pub(super) fn take_news(&mut self, now: Timestamp) -> Next {
        let Some(news) = self.news.take() else { return Next::Nothing };
        if news <= now {
            return Next::Visible;
        }
        if self.sleeping_until.is_none_or(|known| news < known) {
            self.sleeping_until = Some(news);
            return Next::Earlier;
        }
        Next::Nothing
    }
}
