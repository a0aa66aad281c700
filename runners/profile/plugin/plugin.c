// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin of QEMU's translator that counts what a sample executes.
 *
 *	-plugin FILE,modules=ADDRESS,user=ADDRESS[,cpus=MEMORY]
 *		[,out=LOG[,calls=on]
 *		[,lines=on,l1d=BYTES/WAYS,l1i=BYTES/WAYS,l2=BYTES/WAYS]]
 *
 * To a LOG go the instructions of a sample (log_format.h); to a device's MEMORY,
 * in a guest of several CPUs, how many each has executed (cpus.h).
 *
 * Windows lie between the reads of the clock that belong to mmgauge: those of
 * modules (at ADDRESS and above) and of programs (below ADDRESS, where the
 * vDSO isn't); or wherever they are marked. The guest notices nothing of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "counts.h"
#include "cpus.h"
#include "inline.h"
#include "ledger.h"
#include "lines.h"
#include "log.h"
#include "places.h"
#include "qemu_api.h"
#include "tables.h"
#include "translate.h"

static qemu_plugin_id_t own_id;
static bool logs, begun;

/* A scoreboard has its elements once there are CPUs. */
static void on_cpu(qemu_plugin_id_t id, unsigned int cpu)
{
	(void)id;
	if (cpus_wanted())
		cpus_grow(cpu + 1);
	if (cpu || !logs || cpus_wanted())
		return;
	counts_use(inline_executions());
	if (lines_wanted() && tables_told() && tables_open())
		log_give_up("no memory");
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	if (cpus_wanted())
		translate_several(tb, logs);
	else
		translate_one(tb);
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

		if (guest_code->tells(bytes, inline_bytes(insn, bytes)))
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

	if (cpus_wanted() ? !inline_told() : !inline_counters(COUNTS_SLOTS))
		return refuse("no counters in this QEMU", ENOSYS);
	ret = places_init();
	if (!ret)
		ret = ledger_init(cpus_wanted() ? LEDGERS : 1);
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
	printf("mmgauge plugin: loaded%s%s%s\n",
	       tables_told() ? ", reads memory" : "",
	       cpus_told() ? ", counts CPUs" : "",
	       cpus_told() && inline_told() ? ", profiles CPUs" : "");
	exit(0);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
					   const qemu_info_t *info, int argc,
					   char **argv)
{
	const char *log = argument(argc, argv, "out");
	const char *memory = argument(argc, argv, "cpus");
	int ret = 0;

	if (!guest_code_use(info->target_name))
		return refuse(info->target_name, ENOTSUP);
	if (argc == 1 && !strcmp(argv[0], "probe=on"))
		answer_probe();
	inline_use(info);
	translate_ours(strtoull(argument(argc, argv, "modules"), NULL, 16),
		       strtoull(argument(argc, argv, "user"), NULL, 16));
	logs = *log;
	if (*memory && (ret = cpus_open(memory)))
		refuse(memory, -ret);
	if (!ret && *memory && inline_told())
		ret = inline_open();
	if (!ret && logs)
		ret = prepare_log(log, argc, argv);
	if (ret)
		return ret;
	own_id = id;
	qemu_plugin_register_vcpu_init_cb(id, on_cpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_early_translation);
	return 0;
}
