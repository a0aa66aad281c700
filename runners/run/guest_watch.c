// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>

#include "guest_watch.h"

double guest_watch_limit(const struct guest_watch *watch)
{
	return watch->up ? watch->limits.trial * watch->slowness :
			   watch->limits.boot;
}

void guest_watch_start(struct guest_watch *watch,
		       const struct guest_limits *limits, size_t count,
		       double now)
{
	*watch = (struct guest_watch){
		.limits = *limits,
		.count = (long)count,
		.current = -1,
		.started = now,
		.slowness = 1,
	};
	watch->deadline = now + guest_watch_limit(watch);
}

/*
 * The steps in their order. A frame may be lost on the line, so each may be
 * left out; none comes twice.
 */
static bool is_next(const struct guest_watch *watch, enum frame_type type,
		    long index)
{
	switch (type) {
	case FRAME_HELLO:
		return !watch->up;
	case FRAME_BEGIN:
		return index >= watch->next && index < watch->count &&
		       index != watch->current;
	case FRAME_TRIAL:
		return index >= watch->next && index < watch->count;
	case FRAME_DONE:
		return true;
	}
	return false;
}

bool guest_watch_frame(struct guest_watch *watch, enum frame_type type,
		       long index, double now)
{
	if (!is_next(watch, type, index))
		return false;
	if (!watch->up)
		watch->slowness = fmax(1, (now - watch->started) /
						  watch->limits.boot_usual);
	watch->up = true;
	if (type == FRAME_BEGIN) {
		watch->next = watch->current = index;
	} else if (type == FRAME_TRIAL) {
		watch->next = index + 1;
		watch->current = -1;
	}
	watch->deadline = now + guest_watch_limit(watch);
	return true;
}

bool guest_watch_is_over(struct guest_watch *watch, bool stopped, double now)
{
	if (!stopped)
		watch->stopped_since = 0;
	else if (!watch->stopped_since)
		watch->stopped_since = now;
	return now >= watch->deadline ||
	       (stopped && now >= watch->stopped_since + watch->limits.stopped);
}
