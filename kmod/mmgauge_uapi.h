/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * mmgauge: the interface of /dev/mmgauge.
 *
 * Private to one build of mmgauge: MMG_ABI must match exactly and changes with
 * every change of this file. Every field is marked (in), (out) or (in/out).
 * Reserved fields must be zero on the way in and are zero on the way out. All
 * flags and enumerations are mmgauge's own; the kernel's FOLL_* and HMM_* bits
 * were renumbered too often to cross this boundary.
 *
 * A mirror, a fault range and held pins belong to the open file and to the mm
 * that opened it. Another mm (a child after fork) gets -EPERM for whatever
 * would touch the owner's memory, but for MMG_FAULT_OUTSIDE; reading counts and
 * giving back what the file holds touch none, and go on after the owner's exit.
 * Closing the file for the last time releases everything.
 *
 * CAP_SYS_ADMIN is asked for at open and of whoever makes a request, before all
 * else: a file that was handed to somebody without it answers -EPERM to all.
 *
 * Requests on one open file run one after another: threads that are to run at
 * once open the device once each.
 *
 * Times are ticks of the clock named by the request: nanoseconds of
 * ktime_get_ns() for MMG_CLOCK_NS, the raw cycle counter (get_cycles(), on x86
 * rdtsc_ordered()) for MMG_CLOCK_CYCLES, instructions of the CPU that reads it for
 * MMG_CLOCK_OWN (struct mmg_cpus).
 *
 * Errors common to all: -ENOTTY unknown command, -EINVAL a field out of range
 * or a reserved field set, -EFAULT, -EINTR stopped by a fatal signal (in a
 * registration, where the kernel gives up for any signal, by any), -ENOMEM,
 * -EOPNOTSUPP this kernel has no such interface. The (out) fields are written
 * after an error too, and tell what was done until then; only -ENOTTY, -EPERM,
 * -EFAULT and a set reserved field leave the request as it was.
 */
#ifndef MMGAUGE_UAPI_H
#define MMGAUGE_UAPI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define MMG_ABI 11
#define MMG_DEVICE "mmgauge"

/*
 * Bounds the module enforces on every request, so that whatever it asks for,
 * and whatever its owner has asked for, ends within a second of SIGKILL.
 */
#define MMG_MAX_PAGES (1u << 20) /* 4 GiB of 4 KiB pages */
#define MMG_MAX_BATCH (1u << 18) /* pages that one call pins */
/* ... where one call may have to fault in or move them, deaf to signals */
#define MMG_MAX_SLOW_BATCH (1u << 14)
#define MMG_MAX_ITERATIONS (1u << 24)
#define MMG_MAX_SUBSCRIPTIONS (1u << 16)
#define MMG_MAX_NOTIFIERS 4096u
#define MMG_MAX_COST_NS 10000000u
#define MMG_MIN_SLEEP_NS 100000u /* what a sleep counts for at least */
#define MMG_MAX_SAMPLES (1u << 16) /* calls of a request timed one by one */
#define MMG_MAX_MAPPERS (1u << 14) /* of a page that is cleaned */

/* Bounds on the sum over all open files of a mm: -E2BIG past them. */
#define MMG_MAX_MM_SUBSCRIPTIONS (1u << 17) /* subscriptions and bonds */
#define MMG_MAX_MM_PAGES (1u << 21) /* that requests to pin have asked for */
#define MMG_MAX_COST_SUM_NS 100000000u /* a call of every callback and bond */

enum mmg_clock {
	MMG_CLOCK_NS = 0,
	MMG_CLOCK_CYCLES = 1,
	MMG_CLOCK_OWN = 2,
};

/*
 * An emulator that counts each virtual CPU by itself shows the counts in the
 * memory of a PCI device (ivshmem), as they were when the CPU last read its cycle
 * counter in mmgauge's own code. That counter counts all CPUs; MMG_CLOCK_OWN is
 * such a read less @others of the CPU that made it.
 *
 * On x86 such a read is known by where it is. On arm64, whose kernel reads the
 * counter in many places, right before it is a MOVZ XZR, #MMG_CLOCK_MARK, which
 * does nothing and which no compiler makes.
 */
#define MMG_CLOCK_MARK 0x6d6d

#define MMG_CPUS_VENDOR 0x1af4
#define MMG_CPUS_DEVICE 0x1110
#define MMG_CPUS_BAR 2
#define MMG_CPUS_MAGIC 0x6d6d67637075730aull
#define MMG_CPUS_MAX 8
#define MMG_CPUS_BYTES 65536

struct mmg_cpu {
	__u64 others; /* instructions of all other CPUs, as it read the clock */
	__u64 interrupts; /* theirs in handlers of interrupts and faults */
};

struct mmg_cpus {
	__u64 magic; /* MMG_CPUS_MAGIC once it counts */
	__u64 reserved;
	struct mmg_cpu cpus[MMG_CPUS_MAX];
};

/* What the running kernel offers: bits of mmg_info.features. */
enum mmg_feature {
	MMG_FEATURE_FAST_ONLY = 1 << 0, /* pin_user_pages_fast_only() */
	MMG_FEATURE_CHANGE_PTE = 1 << 1, /* mmu_notifier_ops.change_pte */
	MMG_FEATURE_DEBUG = 1 << 2, /* a debug kernel: no baseline */
	MMG_FEATURE_FAULT = 1 << 3, /* CONFIG_HMM_MIRROR */
	MMG_FEATURE_NOFAULT = 1 << 4, /* FOLL_NOFAULT */
	MMG_FEATURE_LONGTERM_UNLOCKED = 1 << 5, /* in *_unlocked, too */
	MMG_FEATURE_UNPIN_FOLIO = 1 << 6, /* unpin_user_folio() */
	MMG_FEATURE_PIN_MEMFD = 1 << 7, /* memfd_pin_folios() */
};

struct mmg_info {
	__u32 abi; /* (out) MMG_ABI */
	__u32 page_shift; /* (out) */
	__u64 features; /* (out) mask of enum mmg_feature */
	char version[32]; /* (out) MODULE_VERSION, NUL-terminated */
	__u64 reserved[4];
};

/* An empty loop in the kernel: what the harness itself costs there. */
struct mmg_null {
	__u32 clock; /* (in) enum mmg_clock */
	__u32 iterations; /* (in) 0..MMG_MAX_ITERATIONS */
	__u64 elapsed; /* (out) ticks between two clock reads around the loop */
	__u64 reserved[2];
};

/*
 * The calls of the last request with MMG_PIN_SAMPLES or MMG_FAULT_SAMPLES, one
 * by one in the order they were made; the first MMG_MAX_SAMPLES of them. Each
 * is two clock reads more than the call.
 */
struct mmg_samples {
	__u64 buffer; /* (in) address of @capacity __u64, filled with ticks */
	__u32 capacity; /* (in) 1..MMG_MAX_SAMPLES */
	__u32 reserved0;
	__u64 count; /* (out) how many were written */
	__u64 reserved[2];
};

/* mirror: notifier subscriptions to the owner's address space */

enum mmg_mirror_kind {
	MMG_MIRROR_INTERVAL = 0, /* mmu_interval_notifier */
	MMG_MIRROR_MM = 1, /* mmu_notifier: start and end callbacks, mm-wide */
};

enum mmg_cost_kind {
	MMG_COST_SPIN = 0,
	MMG_COST_SLEEP = 1, /* only where the invalidation may block */
};

/*
 * Add @count subscriptions. Interval i covers
 * [@start + i * @stride, @start + i * @stride + @length): stride 0 makes them
 * all overlap, stride >= length makes them disjoint. An mm-wide subscription
 * takes no range: the three must be 0. -E2BIG past MMG_MAX_SUBSCRIPTIONS for
 * this file and past the bounds of its mm, -EINVAL for another clock than that
 * of the subscriptions it has. Nothing is added when it fails.
 *
 * A callback spends its cost where it may block, not in the oom reaper; nor for
 * a task that is being killed, and for a mm that ends no more than twice.
 */
struct mmg_mirror_add {
	__u32 kind; /* (in) enum mmg_mirror_kind */
	__u32 count; /* (in) 1..MMG_MAX_SUBSCRIPTIONS */
	__u64 start; /* (in) page aligned */
	__u64 length; /* (in) page aligned, > 0 for intervals */
	__u64 stride; /* (in) page aligned */
	__u32 clock; /* (in) enum mmg_clock, also of the hold time */
	__u32 cost_kind; /* (in) enum mmg_cost_kind */
	__u64 cost_ns; /* (in) time every callback takes, 0..MMG_MAX_COST_NS */
	__u64 first_elapsed; /* (out) registering the first of them */
	__u64 elapsed; /* (out) registering all of them */
	__u64 reserved[4];
};

/* Remove every subscription of this file. */
struct mmg_mirror_remove {
	__u32 clock; /* (in) */
	__u32 count; /* (out) how many were removed */
	__u64 elapsed; /* (out) */
	__u64 reserved[2];
};

#define MMG_UNKNOWN (~0ull) /* this kernel does not tell */
#define MMG_EVENTS 16 /* enum mmu_notifier_event, as the kernel numbers it */

/*
 * Read what the subscriptions saw since the last read with @reset. Bytes are
 * the invalidated range as the kernel announced it, not cut to the interval;
 * exit and clear_refs, which announce all of the mm, add none. Hold time runs from the end
 * of a mm-wide start callback, its cost spent, to its end callback; interval
 * subscriptions have no end callback and add nothing to it. Removing a mm-wide
 * subscription of a living mm calls its release callback, too. How often the
 * owner's mmap_lock was taken for writing, and given back, is told where VMAs
 * have locks of their own (6.4).
 */
struct mmg_mirror_read {
	__u32 reset; /* (in) 0 or 1 */
	__u32 subscriptions; /* (out) registered now */
	__u64 callbacks; /* (out) interval invalidate + mm-wide start */
	__u64 bytes; /* (out) sum over callbacks */
	__u64 holds; /* (out) start/end pairs timed */
	__u64 hold_elapsed; /* (out) sum over holds, ticks of the add's clock */
	__u64 hold_max; /* (out) */
	__u64 hold_missed; /* (out) pairs not timed: too many at once */
	__u64 releases; /* (out) release callbacks */
	__u64 refused; /* (out) -EAGAIN: must not block; not a callback */
	__u64 spent_ns; /* (out) of the costs, what callbacks really took */
	__u64 write_locks; /* (out) of the mmap_lock, or MMG_UNKNOWN */
	__u64 events[MMG_EVENTS]; /* (out) callbacks by event, last: others */
	__u64 reserved[3];
};

/* fault: hmm_range_fault() over a range of the owner's address space */

enum mmg_fault_mode {
	MMG_FAULT_SNAPSHOT = 0,
	MMG_FAULT_READ = 1, /* HMM_PFN_REQ_FAULT */
	MMG_FAULT_WRITE = 2, /* ... | HMM_PFN_REQ_WRITE */
};

enum mmg_fault_flag {
	MMG_FAULT_PER_PFN = 1 << 0, /* by pfn_flags_mask, not default_flags */
	MMG_FAULT_STORE = 1 << 1, /* copy the pfns under the lock */
	MMG_FAULT_PHASES = 1 << 2, /* time phases apart: more clock reads */
	MMG_FAULT_SAMPLES = 1 << 3, /* time every call: MMG_IOC_SAMPLES */
	MMG_FAULT_GIVE_UP = 1 << 4, /* past max_retries go on with the next */
	MMG_FAULT_OUTSIDE = 1 << 5, /* as a device's thread, not the owner's */
	MMG_FAULT_VERIFY = 1 << 6, /* hold what was found against the memory */
};

/*
 * Walk @pages pages from @start, @batch pages a hmm_range_fault() call,
 * @iterations times over: the loop of Documentation/mm/hmm.rst with
 * mmu_interval_read_begin(), the walk, the lock, mmu_interval_read_retry().
 * -EBUSY when a call needed more than @max_retries retries; counts are valid
 * then. With MMG_FAULT_GIVE_UP it is counted and the walk goes on. Other errors of hmm_range_fault() are returned as they are. The file
 * subscribes one interval of its own over the range, until it walks another
 * range or is closed; it does not count as a subscription of the mirror.
 * Writing the requests of MMG_FAULT_PER_PFN is in @elapsed, but in no phase.
 *
 * MMG_FAULT_OUTSIDE is the one request that may touch the owner's memory from
 * another process, one that was given the file: it stands for the thread by
 * which a driver serves its device's faults. As there, each call begins with
 * mmget_not_zero() and ends with mmput(), which may be the last. Calls that find
 * the mm without users are counted, and the request ends with -ESRCH.
 *
 * With MMG_FAULT_VERIFY, which is for the owner alone, every valid pfn is held
 * against what the process wrote to that page and against the page that
 * get_user_pages_fast_only() finds there. It is no part of what is timed.
 */
struct mmg_fault {
	__u64 start; /* (in) page aligned */
	__u32 pages; /* (in) 1..MMG_MAX_PAGES */
	__u32 batch; /* (in) 1..pages, MMG_MAX_SLOW_BATCH */
	__u32 iterations; /* (in) 1..MMG_MAX_ITERATIONS */
	__u32 mode; /* (in) enum mmg_fault_mode */
	__u32 flags; /* (in) mask of enum mmg_fault_flag */
	__u32 clock; /* (in) */
	__u32 max_retries; /* (in) per call */
	__u32 reserved0;
	__u64 stamp; /* (in) the first 8 bytes of page 0, for MMG_FAULT_VERIFY */
	__u64 step; /* (in) what each further page has more */
	__u64 elapsed; /* (out) all of it */
	__u64 begin_elapsed; /* (out) phases, with MMG_FAULT_PHASES */
	__u64 walk_elapsed; /* (out) mmap_read_lock to unlock */
	__u64 commit_elapsed; /* (out) lock, retry check and unlock */
	__u64 store_elapsed; /* (out) */
	__u64 calls; /* (out) hmm_range_fault() calls that succeeded */
	__u64 first_tries; /* (out) of these, with no retry */
	__u64 busy; /* (out) calls answered with -EBUSY */
	__u64 retries; /* (out) read_retry said to start over */
	__u64 valid; /* (out) pfns valid in the last iteration */
	__u64 writable; /* (out) pfns writable in the last iteration */
	__u64 huge; /* (out) same, mapped by PMD order or more */
	__u64 given_up; /* (out) calls that needed more than max_retries */
	__u64 gone; /* (out) calls that found no user of the mm */
	__u64 wrong; /* (out) valid pfns of other pages, by MMG_FAULT_VERIFY */
	__u64 unwritable; /* (out) of right ones, writable without right */
	__u64 reserved[2];
};

/* pin: get_user_pages() and pin_user_pages(), release timed apart */

enum mmg_pin_method {
	MMG_PIN_FAST = 0, /* {get,pin}_user_pages_fast */
	MMG_PIN_FAST_ONLY = 1, /* ..._fast_only where the kernel has it */
	MMG_PIN_LOCKED = 2, /* {get,pin}_user_pages under mmap_read_lock */
	MMG_PIN_UNLOCKED = 3, /* ..._unlocked */
	MMG_PIN_REMOTE = 4, /* ..._remote */
};

enum mmg_pin_flag {
	MMG_PIN_GET = 1 << 0, /* get_user_pages: a reference, not a pin */
	MMG_PIN_WRITE = 1 << 1, /* FOLL_WRITE */
	MMG_PIN_LONGTERM = 1 << 2, /* FOLL_LONGTERM, pins only */
	MMG_PIN_NOFAULT = 1 << 3, /* FOLL_NOFAULT */
	MMG_PIN_HOLD = 1 << 4, /* keep them until MMG_IOC_UNPIN or close */
	MMG_PIN_SAMPLES = 1 << 5, /* time every call, too: MMG_IOC_SAMPLES */
	MMG_PIN_VERIFY = 1 << 6, /* hold what was pinned against the memory */
};

enum mmg_unpin_kind {
	MMG_UNPIN_PLAIN = 0, /* unpin_user_pages; put_page for MMG_PIN_GET */
	MMG_UNPIN_DIRTY = 1, /* unpin_user_pages_dirty_lock(..., true) */
	MMG_UNPIN_CLEAN = 2, /* unpin_user_pages_dirty_lock(..., false) */
	MMG_UNPIN_RANGE = 3, /* unpin_user_page_range_dirty_lock(..., true) */
	MMG_UNPIN_FOLIO = 4, /* unpin_user_folio() once a run in a folio */
};

/*
 * MMG_PIN_GET allows MMG_UNPIN_PLAIN only. DIRTY and RANGE want MMG_PIN_WRITE.
 * RANGE wants all pages in one physically contiguous run, or fails with -ENXIO:
 * MMG_IOC_PIN has then released them plainly, MMG_IOC_UNPIN not at all. FOLIO is
 * -EOPNOTSUPP without MMG_FEATURE_UNPIN_FOLIO.
 */

/*
 * Pin @pages pages from @start, @batch pages a call, then release them all;
 * @iterations times over. Where a method wants the mmap_lock it is taken and
 * dropped outside the clock, as gup_test does. With MMG_PIN_HOLD iterations
 * must be 1 and nothing is released. -EBUSY says that this file holds pins. A
 * call that pins fewer pages than asked ends the request with -EAGAIN after
 * releasing what it had; an error of the call itself is returned as it is.
 * Long-term pins count as pinned by the owner (VmPin): -ENOMEM past its
 * RLIMIT_MEMLOCK without CAP_IPC_LOCK. With MMG_PIN_VERIFY every page that was
 * pinned is held against what the process wrote there; nothing that is timed.
 */
struct mmg_pin {
	__u64 start; /* (in) page aligned */
	__u32 pages; /* (in) 1..MMG_MAX_PAGES */
	/* (in) 1..pages, MMG_MAX_BATCH or, long-term, MMG_MAX_SLOW_BATCH */
	__u32 batch;
	__u32 iterations; /* (in) 1..MMG_MAX_ITERATIONS */
	__u32 method; /* (in) enum mmg_pin_method */
	__u32 flags; /* (in) mask of enum mmg_pin_flag */
	__u32 unpin; /* (in) enum mmg_unpin_kind */
	__u32 clock; /* (in) */
	__u32 reserved0;
	__u64 stamp; /* (in) the first 8 bytes of page 0, for MMG_PIN_VERIFY */
	__u64 step; /* (in) what each further page has more */
	__u64 pin_elapsed; /* (out) sum over iterations */
	__u64 unpin_elapsed; /* (out) sum over iterations */
	__u64 calls; /* (out) */
	__u64 pinned; /* (out) pages, sum over iterations */
	__u64 wrong; /* (out) of other memory, by MMG_PIN_VERIFY */
	__u64 reserved[4];
};

/* Release the pins that this file holds. */
struct mmg_unpin {
	__u32 clock; /* (in) */
	__u32 unpin; /* (in) enum mmg_unpin_kind */
	__u64 pages; /* (out) */
	__u64 elapsed; /* (out) */
	__u64 reserved[2];
};

/*
 * Pin the folios behind @pages pages of a memfd from its start with
 * memfd_pin_folios(), @batch pages a call, then release them with
 * unpin_folios(); @iterations times over. They are long-term pins. Of flags
 * there is MMG_PIN_VERIFY, by the first page of each folio.
 */
struct mmg_pin_memfd {
	__s32 fd; /* (in) a memfd, shared memory or hugetlb */
	__u32 pages; /* (in) 1..MMG_MAX_PAGES */
	__u32 batch; /* (in) 1..pages, MMG_MAX_SLOW_BATCH */
	__u32 iterations; /* (in) 1..MMG_MAX_ITERATIONS */
	__u32 clock; /* (in) */
	__u32 flags; /* (in) mask of enum mmg_pin_flag */
	__u64 stamp; /* (in) the first 8 bytes of folio 0, for MMG_PIN_VERIFY */
	__u64 step; /* (in) what each further folio has more */
	__u64 pin_elapsed; /* (out) sum over iterations */
	__u64 unpin_elapsed; /* (out) sum over iterations */
	__u64 calls; /* (out) */
	__u64 folios; /* (out) pinned, sum over iterations */
	__u64 wrong; /* (out) of other memory, by MMG_PIN_VERIFY */
	__u64 reserved[4];
};

/* mkclean: the reverse map walk of writeback, without the writeback */

/*
 * folio_mkclean() on the folio of every page of a range of the owner's, each
 * under its folio lock as writeback holds it. Write-protects and cleans every
 * page table entry that maps it, of every mm. Nothing is lost by it: a folio
 * with an entry that was cleaned is marked dirty, outside the clock, and waits
 * for its writeback, or for swap, as any other. -EINVAL for memory that is never
 * written back (hugetlb, DAX), -E2BIG for a page mapped more than
 * MMG_MAX_MAPPERS times.
 */
struct mmg_mkclean {
	__u64 start; /* (in) page aligned, populated */
	__u32 pages; /* (in) 1..MMG_MAX_PAGES */
	__u32 clock; /* (in) */
	/* (out) lock and folio_mkclean(), then unlock: two intervals a call */
	__u64 elapsed;
	__u64 calls; /* (out) folios */
	__u64 cleaned; /* (out) page table entries cleaned */
	__u64 reserved[2];
};

/* references: what keeps the folios of a range */

/*
 * Add up what page_count() and the count of pins say of the folios behind a
 * populated range of the owner's, each once where its pages lie together. Small
 * folios have no count of pins: theirs are references, 1024 each.
 */
struct mmg_references {
	__u64 start; /* (in) page aligned, populated */
	__u32 pages; /* (in) 1..MMG_MAX_PAGES */
	__u32 reserved0;
	__u64 folios; /* (out) */
	__u64 references; /* (out) */
	__u64 pins; /* (out) of large folios */
	__u64 reserved[2];
};

/* notifier: the life of a mm-wide notifier on the owner's mm */

enum mmg_notifier_kind {
	MMG_NOTIFIER_REGISTER = 0, /* mmu_notifier_register / _unregister */
	MMG_NOTIFIER_GET = 1, /* mmu_notifier_get / _put, shared per mm */
	MMG_NOTIFIER_SYNCHRONIZE = 2, /* mmu_notifier_synchronize() only */
};

/*
 * One life: the first registration or get, @count - 1 further ones, their
 * release one by one, then mmu_notifier_synchronize() and the wait for the last
 * free_notifier callback. Everything the call registers it has released when it
 * returns. Requests for MMG_NOTIFIER_GET wait for each other on all files.
 * MMG_NOTIFIER_SYNCHRONIZE registers nothing and synchronizes @count times.
 */
struct mmg_notifier {
	__u32 kind; /* (in) enum mmg_notifier_kind */
	__u32 count; /* (in) 1..MMG_MAX_NOTIFIERS */
	__u32 clock; /* (in) */
	__u32 reserved0;
	__u64 first_elapsed; /* (out) */
	__u64 repeat_elapsed; /* (out) sum of count - 1 */
	__u64 release_elapsed; /* (out) unregister or put, sum of count */
	__u64 synchronize_elapsed; /* (out) until nothing is left to be freed */
	__u64 freed; /* (out) notifiers put and freed by callback */
	__u64 reserved[4];
};

/* bond: a device bound to the owner's mm, as in shared virtual addressing */

enum mmg_bond_flag {
	MMG_BOND_WORK = 1 << 0, /* work on the mm is queued, again and again */
};

/*
 * Bind this file, which stands for a device, to its mm. All files bound to one
 * mm share one notifier (mmu_notifier_get()). At the end of the mm its release
 * callback cancels the work of each and spends @stop_ns, spinning, as for a
 * device that has to stop. -EBUSY when bound already, -E2BIG past the bounds of
 * the mm.
 */
struct mmg_bind {
	__u32 clock; /* (in) also of the release */
	__u32 flags; /* (in) mask of enum mmg_bond_flag */
	__u64 stop_ns; /* (in) 0..MMG_MAX_COST_NS */
	__u64 elapsed; /* (out) the get and its entry into the list */
	__u64 bonds; /* (out) files bound to the mm, this one included */
	__u64 reserved[4];
};

/* Unbind it: stop the device, drop the notifier. -ENXIO when not bound. */
struct mmg_unbind {
	__u32 clock; /* (in) */
	__u32 reserved0;
	__u64 elapsed; /* (out) */
	__u64 bonds; /* (out) files still bound to the mm */
	__u64 reserved[4];
};

/* What the release callback of the mm did. -ENXIO when not bound. */
struct mmg_bond_read {
	__u32 reserved0;
	__u32 released; /* (out) 1 after the release callback */
	__u64 release_elapsed; /* (out) ticks of the bind's clock: all bonds */
	__u64 jobs; /* (out) runs of this bond's work */
	__u64 cancelled; /* (out) 1 if work was queued when it was stopped */
	__u64 reserved[4];
};

/* switch: a kernel thread on the caller's CPU borrows the owner's mm */

enum mmg_switch_flag {
	MMG_SWITCH_APART = 1 << 0, /* time both apart: more clock reads */
	/*
	 * Borrow nothing: caller and thread wake each other, turn by turn. The
	 * thread is of SCHED_FIFO, priority 1; best if the caller is, too.
	 */
	MMG_SWITCH_TURNS = 1 << 1, /* not with MMG_SWITCH_APART */
	MMG_SWITCH_BATCH = 1 << 2, /* such a thread of SCHED_BATCH instead */
};

struct mmg_switch {
	/* (in) 1..MMG_MAX_ITERATIONS of kthread_use_mm/_unuse_mm, or switches */
	__u32 iterations;
	__u32 flags; /* (in) mask of enum mmg_switch_flag */
	__u32 clock; /* (in) */
	__u32 reserved0;
	__u64 elapsed; /* (out) all pairs */
	__u64 use_elapsed; /* (out) with MMG_SWITCH_APART */
	__u64 unuse_elapsed; /* (out) with MMG_SWITCH_APART */
	__u64 done; /* (out) pairs */
	/*
	 * (out) of turns: whether nobody else was to run on the CPU, neither
	 * before the first nor after the last.
	 */
	__u64 alone;
	__u64 reserved[3];
};

/* Numbers 1 and 2 of any magic collide with the VFS's own FIOCLEX range. */
#define MMG_IOC_MAGIC 0xdb
#define MMG_IOC_INFO _IOWR(MMG_IOC_MAGIC, 0x20, struct mmg_info)
#define MMG_IOC_NULL _IOWR(MMG_IOC_MAGIC, 0x21, struct mmg_null)
#define MMG_IOC_MIRROR_ADD _IOWR(MMG_IOC_MAGIC, 0x22, struct mmg_mirror_add)
#define MMG_IOC_MIRROR_REMOVE \
	_IOWR(MMG_IOC_MAGIC, 0x23, struct mmg_mirror_remove)
#define MMG_IOC_MIRROR_READ _IOWR(MMG_IOC_MAGIC, 0x24, struct mmg_mirror_read)
#define MMG_IOC_FAULT _IOWR(MMG_IOC_MAGIC, 0x25, struct mmg_fault)
#define MMG_IOC_PIN _IOWR(MMG_IOC_MAGIC, 0x26, struct mmg_pin)
#define MMG_IOC_UNPIN _IOWR(MMG_IOC_MAGIC, 0x27, struct mmg_unpin)
#define MMG_IOC_NOTIFIER _IOWR(MMG_IOC_MAGIC, 0x28, struct mmg_notifier)
#define MMG_IOC_SWITCH _IOWR(MMG_IOC_MAGIC, 0x29, struct mmg_switch)
#define MMG_IOC_SAMPLES _IOWR(MMG_IOC_MAGIC, 0x30, struct mmg_samples)
#define MMG_IOC_PIN_MEMFD _IOWR(MMG_IOC_MAGIC, 0x31, struct mmg_pin_memfd)
#define MMG_IOC_MKCLEAN _IOWR(MMG_IOC_MAGIC, 0x32, struct mmg_mkclean)
#define MMG_IOC_REFERENCES _IOWR(MMG_IOC_MAGIC, 0x36, struct mmg_references)
#define MMG_IOC_BIND _IOWR(MMG_IOC_MAGIC, 0x33, struct mmg_bind)
#define MMG_IOC_UNBIND _IOWR(MMG_IOC_MAGIC, 0x34, struct mmg_unbind)
#define MMG_IOC_BOND_READ _IOWR(MMG_IOC_MAGIC, 0x35, struct mmg_bond_read)

#endif
