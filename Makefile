# SPDX-License-Identifier: GPL-2.0-or-later
# sealgate: user-space programs, the kernel module for each kernel whose headers are
# installed, and the tests. `make help` lists the targets.

SHELL := /bin/bash
BUILD ?= build
CC ?= gcc
PKG_CONFIG ?= pkg-config

all: user modules

# --- user space -----------------------------------------------------------------------------

PKGS := libmnl libnl-3.0 libnl-route-3.0 libcrypto libevent jansson libedit
WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wpointer-arith
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CPPFLAGS_SG := -D_GNU_SOURCE -DOPENSSL_API_COMPAT=30000 $(shell $(PKG_CONFIG) --cflags $(PKGS))
CFLAGS ?= -O2 -g
CFLAGS_SG := -std=gnu11 $(WARNINGS) $(CFLAGS)
LDLIBS_SG := $(shell $(PKG_CONFIG) --libs $(PKGS))

CORES := $(patsubst %,kmod/%.c,seal replay acl espsize lifetime)
AGENT := $(filter-out agent/main.c,$(wildcard agent/*.c agent/*/*.c))
TOOLS := $(filter-out tools/ipsecctl/main.c,$(wildcard tools/ipsecctl/*.c tools/render/*.c))
LIB_SRC := $(CORES) $(AGENT) $(TOOLS)
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/obj/%.o)
SAN_OBJ := $(LIB_SRC:%.c=$(BUILD)/san/%.o)
PROGRAMS := $(BUILD)/sealgated $(BUILD)/ipsecctl $(BUILD)/seal-keystream

user: $(PROGRAMS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CPPFLAGS_SG) $(CFLAGS_SG) $(HARDEN) -MMD -MP -c -o $@ $<

$(BUILD)/san/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC[san] $<"
	@$(CC) $(CPPFLAGS_SG) -std=gnu11 $(WARNINGS) -O1 -g $(SANITIZE) -MMD -MP -c -o $@ $<

$(BUILD)/libsealgate.a: $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/san/libsealgate.a: $(SAN_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/sealgated: $(BUILD)/obj/agent/main.o $(BUILD)/libsealgate.a
	@echo "  LD      $@"
	@$(CC) $(CFLAGS_SG) $(HARDEN) -pie -Wl,-z,relro,-z,now -o $@ $^ $(LDLIBS_SG)

$(BUILD)/ipsecctl: $(BUILD)/obj/tools/ipsecctl/main.o $(BUILD)/libsealgate.a
	@echo "  LD      $@"
	@$(CC) $(CFLAGS_SG) $(HARDEN) -pie -Wl,-z,relro,-z,now -o $@ $^ $(LDLIBS_SG)

$(BUILD)/seal-keystream: $(BUILD)/obj/tools/seal-keystream.o $(BUILD)/obj/kmod/seal.o
	@echo "  LD      $@"
	@$(CC) $(CFLAGS_SG) $(HARDEN) -pie -o $@ $^

-include $(LIB_OBJ:.o=.d) $(SAN_OBJ:.o=.d) $(wildcard $(BUILD)/*/tools/*.d $(BUILD)/*/*/main.d $(BUILD)/*/tools/*/main.d $(BUILD)/san/selftests/unit/*.d)

# --- unit tests: one program a file, under ASan and UBSan -------------------------------------

UNIT_SRC := $(wildcard selftests/unit/test_*.c)
UNIT := $(UNIT_SRC:selftests/unit/%.c=$(BUILD)/unit/%)

unit: $(UNIT)

$(BUILD)/unit/%: $(BUILD)/san/selftests/unit/%.o $(BUILD)/san/libsealgate.a
	@mkdir -p $(@D)
	@echo "  LD[san] $@"
	@$(CC) $(SANITIZE) -o $@ $^ $(LDLIBS_SG) -lcmocka

# Everything compiled, nothing linked: what the compiler has to say.
objects: $(LIB_OBJ) $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard agent/main.c tools/ipsecctl/main.c \
	tools/seal-keystream.c) $(UNIT_SRC))

.PRECIOUS: $(BUILD)/san/%.o $(BUILD)/obj/%.o

# Programs that share no code with these, to hold them against.
oracle: $(BUILD)/seal-keystream
	@$(MAKE) --no-print-directory -f selftests/oracle/Makefile BUILD=$(BUILD)/oracle

# --- kernel module: one folder a kernel release -----------------------------------------------

RELEASES ?= $(notdir $(patsubst %/build,%,$(wildcard /lib/modules/*/build)))
KMOD_SRC := Kbuild $(wildcard kmod/*.[ch] kmod/compat/*.h kmod/compat/*/*.h uapi/*.h)
MODULES := $(RELEASES:%=$(BUILD)/%/sealgate.ko)
KBUILD_FLAGS ?=

modules: $(MODULES)

$(BUILD)/%/sealgate.ko: $(KMOD_SRC)
	@echo "  KMOD    $*"
	@for f in $(KMOD_SRC); do mkdir -p $(BUILD)/$*/$$(dirname $$f) && ln -sfn $(CURDIR)/$$f $(BUILD)/$*/$$f; done
	@$(MAKE) --no-print-directory -C /lib/modules/$*/build M=$(abspath $(BUILD))/$* W=1 $(KBUILD_FLAGS) modules

clean:
	rm -rf $(BUILD)

# --- whole runs: set-up, demo, tests, style ----------------------------------------------------

setup:
	@selftests/setup check

demo:
	@selftests/demo

check:
	@selftests/check

lint:
	@selftests/lint

help:
	@echo "make            build/sealgated, build/ipsecctl, build/seal-keystream, build/<release>/sealgate.ko"
	@echo "make demo       install what is missing, build, boot the two routers, bring the tunnel up"
	@echo "make check      install what is missing, run every test"
	@echo "make unit       build the unit tests (build/unit/*)"
	@echo "make lint       style and static checks"
	@echo "make setup      install what is missing for the above"
	@echo "make clean"

.PHONY: all user modules unit objects oracle setup demo check lint clean help
