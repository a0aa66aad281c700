// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin of QEMU's translator that counts what a sample executes.
 *
 *	-plugin FILE,modules=ADDRESS,user=ADDRESS[,cpus=MEMORY]
 *		[,out=LOG[,calls=on]
 *		[,lines=on,l1d=BYTES/WAYS,l1i=BYTES/WAYS,l2=BYTES/WAYS]]
 *
 * To a LOG go the instructions of a sample (log_format.h), to a device's MEMORY
 * how many each CPU has executed (cpus.h).
 *
 * Windows lie between the reads of the clock that belong to mmgauge: those of
 * modules (at ADDRESS and above) and of programs (below ADDRESS, where the
 * vDSO isn't). The guest notices nothing of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accesses.h"
#include "calls.h"
#include "counts.h"
#include "cpus.h"
#include "lines.h"
#include "log.h"
#include "places.h"
#include "qemu_api.h"
#include "tables.h"

/*
 * Interface 1 has inline counters at an address, later ones at a place of a
 * scoreboard with an element per CPU. QEMU reads the version wanted before it
 * calls anything, so that it is chosen when the library is loaded.
 */
QEMU_PLUGIN_EXPORT extern int qemu_plugin_version;
int qemu_plugin_version = 1;

static void (*add_at_address)(struct qemu_plugin_insn *, enum qemu_plugin_op,
			      void *, uint64_t);
static void (*add_per_cpu)(struct qemu_plugin_insn *, enum qemu_plugin_op,
			   qemu_plugin_u64, uint64_t);
static void *(*scoreboard_new)(size_t);
static void *(*scoreboard_find)(void *, unsigned int);
static size_t (*copy_bytes)(const struct qemu_plugin_insn *, void *, size_t);
static const void *(*point_at_bytes)(const struct qemu_plugin_insn *);

static uint64_t *executions;
static void *scoreboard;
static uint64_t modules_begin, user_end;
static qemu_plugin_id_t own_id;
static bool logs, begun;

__attribute__((constructor)) static void choose_interface(void)
{
	bool copies = dlsym(RTLD_DEFAULT, "qemu_plugin_scoreboard_new") &&
		      dlsym(RTLD_DEFAULT, "qemu_plugin_u64_set");

	qemu_look_up(&add_at_address,
		     "qemu_plugin_register_vcpu_insn_exec_inline");
	qemu_look_up(&add_per_cpu,
		     "qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu");
	qemu_look_up(&scoreboard_new, "qemu_plugin_scoreboard_new");
	qemu_look_up(&scoreboard_find, "qemu_plugin_scoreboard_find");
	if (!add_at_address && copies)
		qemu_plugin_version = 2;
}

/* A scoreboard has its elements once there are CPUs. */
static void on_cpu(qemu_plugin_id_t id, unsigned int cpu)
{
	(void)id;
	if (cpus_wanted())
		cpus_grow(cpu + 1);
	if (cpu || !logs)
		return;
	counts_use(scoreboard ? scoreboard_find(scoreboard, 0) : executions);
	if (lines_wanted() && tables_told() && tables_open())
		log_give_up("no memory");
}

static void on_block(unsigned int cpu, void *data)
{
	(void)cpu;
	counts_enter(data);
}

static void on_memory(unsigned int cpu, uint32_t info, uint64_t address,
		      void *data)
{
	(void)cpu;
	if (log_is_sampling() || lines_wanted())
		access_count(data, info, address);
}

/* Where a call keeps the address that it returns to. */
static void on_call(unsigned int cpu, uint32_t info, uint64_t address,
		    void *data)
{
	on_memory(cpu, info, address, data);
	if (qemu_plugin_mem_is_store(info))
		calls_stack(address);
}

static void on_return(unsigned int cpu, uint32_t info, uint64_t address,
		      void *data)
{
	on_memory(cpu, info, address, data);
	calls_stack(address);
}

static void on_told(unsigned int cpu, uint32_t info, uint64_t address,
		    void *data)
{
	on_memory(cpu, info, address, data);
	log_told((uint8_t)address);
}

struct marker {
	struct block *block;
	size_t index;
};

static void on_marker(unsigned int cpu, void *data)
{
	const struct marker *marker = data;

	(void)cpu;
	counts_marker(marker->block, marker->index);
	tables_walk();
}

static void add_one(struct qemu_plugin_insn *insn, size_t slot)
{
	qemu_plugin_u64 entry = { scoreboard, slot * sizeof(*executions) };

	if (scoreboard)
		add_per_cpu(insn, QEMU_PLUGIN_INLINE_ADD_U64, entry, 1);
	else
		add_at_address(insn, QEMU_PLUGIN_INLINE_ADD_U64,
			       &executions[slot], 1);
}

static size_t bytes_of(struct qemu_plugin_insn *insn,
		       uint8_t bytes[PROFILE_CODE_MAX])
{
	size_t size = qemu_plugin_insn_size(insn);

	if (size > PROFILE_CODE_MAX)
		size = PROFILE_CODE_MAX;
	if (copy_bytes)
		return copy_bytes(insn, bytes, size);
	memcpy(bytes, point_at_bytes(insn), size);
	return size;
}

static bool is_ours(uint64_t address)
{
	return address >= modules_begin || address < user_end;
}

/* Before its own count: a marker belongs to the window that it opens. */
static void watch_marker(struct qemu_plugin_insn *insn, struct block *block,
			 size_t index)
{
	struct marker *marker = malloc(sizeof(*marker));

	if (!marker) {
		log_give_up("no memory");
		return;
	}
	marker->block = block;
	marker->index = index;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker,
					       QEMU_PLUGIN_CB_R_REGS, marker);
}

static qemu_plugin_mem_cb on_memory_of(const struct code_flow *flow)
{
	if (calls_wanted() && flow->end == CODE_CALLS)
		return on_call;
	if (calls_wanted() && flow->end == CODE_RETURNS)
		return on_return;
	return on_memory;
}

static void watch(struct qemu_plugin_tb *tb, struct block *block, size_t index)
{
	struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, index);
	struct slot *slot = counts_slot(block, index);
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	uint8_t bytes[PROFILE_CODE_MAX] = { 0 };
	size_t size = bytes_of(insn, bytes);
	bool tells = code_tells(bytes, size);

	block->next = address + size;
	block->flow = code_flow(bytes, size, block->next);
	slot->place = places_find(address, bytes, size);
	if (slot->place == PROFILE_PLACES_MAX) {
		log_give_up("too many different instructions");
		slot->place = 0;
	}
	if (code_reads_clock(bytes, size) && is_ours(address))
		watch_marker(insn, block, index);
	add_one(insn, (size_t)(slot - counts_slot(block, 0)) + block->first);
	qemu_plugin_register_vcpu_mem_cb(
		insn, tells ? on_told : on_memory_of(&block->flow),
		QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, slot);
	block->taken = block->flow.end == CODE_BRANCHES &&
				       block->flow.target != block->next ?
			       block->flow.target :
			       CODE_NOWHERE;
	block->last_place = slot->place;
	if (!index)
		block->first_place = slot->place;
}

static void translate_for_log(struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);
	struct block *block;

	if (!count)
		return;
	block = counts_block(
		qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0)), count);
	if (!block) {
		log_give_up("too much code");
		return;
	}
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block,
					     QEMU_PLUGIN_CB_NO_REGS, block);
	for (size_t i = 0; i < count; i++)
		watch(tb, block, i);
}

static void on_reading(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	cpus_show();
}

static void on_block_of_cpu(unsigned int cpu, void *data)
{
	(void)cpu;
	cpus_enter(data);
}

static void translate_for_cpus(struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);
	struct cpus_block *block = NULL;

	if (count)
		block = cpus_block(
			qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0)),
			count);
	if (!block)
		return;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block_of_cpu,
					     QEMU_PLUGIN_CB_NO_REGS, block);
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);
		uint8_t bytes[PROFILE_CODE_MAX];
		size_t size = bytes_of(insn, bytes);

		if (is_ours(address) && code_reads_clock(bytes, size))
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, on_reading, QEMU_PLUGIN_CB_NO_REGS, NULL);
		cpus_add(block, address, address + size,
			 code_flow(bytes, size, address + size));
	}
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	if (logs)
		translate_for_log(tb);
	if (cpus_wanted())
		translate_for_cpus(tb);
}

static void begin(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
}

/* The guest is up: translate all anew, this time to be counted. */
static void on_first_told(unsigned int cpu, uint32_t info, uint64_t address,
			  void *data)
{
	(void)cpu;
	(void)info;
	(void)data;
	if (logs)
		log_told((uint8_t)address);
	if (!begun)
		qemu_plugin_reset(own_id, begin);
	begun = true;
}

/* Nothing is counted while the guest boots. */
static void on_early_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint8_t bytes[PROFILE_CODE_MAX];

		if (code_tells(bytes, bytes_of(insn, bytes)))
			qemu_plugin_register_vcpu_mem_cb(
				insn, on_first_told, QEMU_PLUGIN_CB_NO_REGS,
				QEMU_PLUGIN_MEM_RW, NULL);
	}
}

static const char *argument(int argc, char **argv, const char *name)
{
	size_t length = strlen(name);

	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], name, length) && argv[i][length] == '=')
			return argv[i] + length + 1;
	return "";
}

static int refuse(const char *what, int error)
{
	fprintf(stderr, "mmgauge plugin: %s: %s\n", what, strerror(error));
	return -error;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
					   const qemu_info_t *info, int argc,
					   char **argv);

/* What counts executions by instruction, and the log of it. */
static int prepare_log(const char *path, int argc, char **argv)
{
	int ret;

	if (add_at_address)
		executions = calloc(COUNTS_SLOTS, sizeof(*executions));
	else if (add_per_cpu && scoreboard_new && scoreboard_find)
		scoreboard = scoreboard_new(COUNTS_SLOTS * sizeof(*executions));
	if (!executions && !scoreboard)
		return refuse("no counters in this QEMU", ENOSYS);
	ret = places_init();
	if (!ret)
		ret = counts_init();
	if (!ret && !strcmp(argument(argc, argv, "calls"), "on"))
		ret = calls_init();
	if (!ret && !strcmp(argument(argc, argv, "lines"), "on"))
		ret = lines_init(argument(argc, argv, "l1d"),
				 argument(argc, argv, "l1i"),
				 argument(argc, argv, "l2"));
	if (!ret)
		ret = log_open(path);
	return ret ? refuse(path, -ret) : 0;
}

/* Asked for by vm_plugin_check(). */
static void answer_probe(void)
{
	printf("mmgauge plugin: loaded%s%s\n",
	       tables_told() ? ", reads memory" : "",
	       cpus_told() ? ", counts CPUs" : "");
	exit(0);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
					   const qemu_info_t *info, int argc,
					   char **argv)
{
	const char *log = argument(argc, argv, "out");
	const char *memory = argument(argc, argv, "cpus");
	int ret = 0;

	if (argc == 1 && !strcmp(argv[0], "probe=on"))
		answer_probe();
	/* Since interface 3 it copies the bytes instead of pointing at them. */
	if (info->version.cur >= 3)
		qemu_look_up(&copy_bytes, "qemu_plugin_insn_data");
	else
		qemu_look_up(&point_at_bytes, "qemu_plugin_insn_data");
	modules_begin = strtoull(argument(argc, argv, "modules"), NULL, 16);
	user_end = strtoull(argument(argc, argv, "user"), NULL, 16);
	logs = *log;
	if (logs)
		ret = prepare_log(log, argc, argv);
	if (!ret && *memory && (ret = cpus_open(memory)))
		refuse(memory, -ret);
	if (ret)
		return ret;
	own_id = id;
	qemu_plugin_register_vcpu_init_cb(id, on_cpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_early_translation);
	return 0;
}
