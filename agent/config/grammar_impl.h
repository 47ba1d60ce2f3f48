/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What grammar.c makes and cli.c reads; nobody else's business. */
#ifndef SG_CONFIG_GRAMMAR_IMPL_H
#define SG_CONFIG_GRAMMAR_IMPL_H

#include "grammar.h"

#define SG_CLI_BIT(i) (UINT64_C(1) << (i))

struct sg_cli_compiled {
	struct sg_cli_row row;
	struct sg_cli_place places[SG_CLI_PLACES_MAX];
	uint64_t follow[SG_CLI_PLACES_MAX];
	unsigned int count;
	uint64_t first;		/* places that begin the command */
	uint64_t last;		/* places that may end it */
	uint64_t no_last;	/* places that may end its `no` form */
	bool no_open;		/* a ~ was seen */
};

struct sg_grammar {
	size_t count;
	struct sg_cli_compiled rows[];
};

#endif /* SG_CONFIG_GRAMMAR_IMPL_H */
