# lit -- semantic search over scientific papers, inside SQLite.  make help
CC      ?= cc
WARN     = -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
           -Wmissing-declarations -Wpointer-arith -Wundef -Wvla
OPT     ?= -O2 -g
# -ffp-contract=off: a product and a sum are fused only where fma() is written,
# so every compiler gives the same bits.
FLAGS    = -D_POSIX_C_SOURCE=200809L -ffp-contract=off -fPIC \
           -fvisibility=hidden -pthread -Iext -Iinclude
LIBS     = -lopenblas -lutf8proc -lstemmer -ljansson -lpcre2-8 -lzip -lz -lxxhash \
           -pthread -lm
# What a debugger reads is most of lit.so beside the model: it is kept, packed.
SMALL    = -Wl,--compress-debug-sections=zlib
PREFIX  ?= /usr/local
B       ?= build
PYTHON  ?= /usr/bin/python3

# One short line a file; V=1 shows the commands.
say      = $(if $(V),,@echo '  make $@';)

# What Debian must have: to build, and besides to test.
APT_BUILD = gcc libc6-dev libsqlite3-dev libopenblas-dev libutf8proc-dev \
            libstemmer-dev libjansson-dev libpcre2-dev libzip-dev zlib1g-dev \
            libxxhash-dev
APT_RUN   = sqlite3
APT_TEST  = sqlite3 python3 python3-venv universal-ctags locales
APT_FUZZ  = clang-14 libclang-rt-14-dev
APT_CROSS = gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user

SRC      = $(sort $(shell find ext -name '*.c'))
OBJ      = $(SRC:ext/%.c=$(B)/%.o)
PLAIN    = $(filter-out $(B)/main.o $(B)/sql/%,$(OBJ))
UNIT     = $(patsubst tests/unit/%.c,$(B)/unit/%,$(sort $(wildcard tests/unit/*.c))) \
           $(patsubst tests/fuzz/%.c,$(B)/unit/%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
FAULT    = $(patsubst tests/%.c,$(B)/%,$(sort $(wildcard tests/faults/*.c tests/oom/*.c)))

all: needs-build $(B)/lit.so       ## build/lit.so, the loadable extension
$(B)/lit.so: $(OBJ)
	$(say)$(CC) -shared -o $@ $^ $(OPT) $(LDFLAGS) $(SMALL) $(LIBS)
$(B)/%.o: ext/%.c
	@mkdir -p $(@D)
	$(say)$(CC) $(WARN) $(OPT) $(FLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
# The built-in model, where there is one, becomes part of builtin.o.
BUILTIN  = $(wildcard ext/model/builtin.safetensors)
$(B)/model/builtin.o: $(BUILTIN)
$(B)/model/builtin.o: private FLAGS += $(if $(BUILTIN),-DLIT_BUILTIN='"$(BUILTIN)"')
# Loops that take text into the index and find it again: a load is 6 to 8 % faster so.
$(B)/index/%.o $(B)/text/%.o $(B)/model/arch_static.o: private OPT += -O3
ext/%.h: ;                          # a header that is gone stops nobody
-include $(OBJ:.o=.d) $(UNIT:=.d) $(FAULT:=.d)

# needs-build, needs-run, needs-test, needs-fuzz: say which packages are missing,
# or, with INSTALL=1, install them.
needs-%:
	@tests/needs "$(INSTALL)" $(APT_BUILD) $(if $(filter run,$*),$(APT_RUN)) \
	  $(if $(filter test,$*),$(APT_TEST)) $(if $(filter fuzz,$*),$(APT_FUZZ))

test:                              ## installs what is missing, builds, runs every test
	@$(MAKE) -s needs-test INSTALL=1
	@$(MAKE) -j2 $(B)/lit.so units
	@$(MAKE) -s layers
	@B=$(B) tests/run
units: $(UNIT) $(FAULT)
$(B)/unit/%: tests/unit/%.c $(PLAIN)
	@mkdir -p $(@D)
	$(say)$(CC) $(WARN) $(OPT) $(FLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(PLAIN) $(LDFLAGS) $(LIBS)

$(B)/unit/%_fuzz: tests/fuzz/%_fuzz.c tests/fuzz/drive.c $(PLAIN)
	@mkdir -p $(@D)
	$(say)$(CC) $(WARN) $(OPT) $(FLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) $(PLAIN) $(LDFLAGS) $(LIBS)

# Programs of their own, which load lit.so: they see SQLite, not ext/.
$(FAULT): $(B)/%: tests/%.c
	@mkdir -p $(@D)
	$(say)$(CC) $(WARN) $(OPT) $(FLAGS) $(CFLAGS) -MMD -MP -o $@ $< $(LDFLAGS) -lsqlite3 -lm
oom: all units                     ## every allocation, read, write and sync fails in turn (tests/oom)
	@FULL=1 ONLY=tests/oom tests/run
faults: all units                  ## kill -9, damage, many processes: minutes of each (tests/faults)
	@FULL=1 ONLY=/faults/ tests/run

demo:                              ## installs what is missing, builds, answers questions
	@$(MAKE) -s needs-run INSTALL=1
	@$(MAKE) -s -j2 $(B)/lit.so
	@sqlite3 -batch -init /dev/null -cmd '.load $(B)/lit' :memory: <sql/demo.sql

model:                             ## fetches all-MiniLM-L6-v2, a sentence encoder, as 'minilm'
	@PYTHON=$(PYTHON) tests/get-minilm

check-models: all build/venv-models/ready ## every architecture against sentence-transformers (QUICK=1: 2 layers)
	@LIT=$(B)/lit build/venv-models/bin/python tests/golden/architectures.py

layers:                            ## includes obey ext/LAYERS; only sql meets SQLite
	@awk 'NR==FNR{d=$$1;sub(":","",d);ok[d,d]=1;for(i=2;i<=NF;i++)ok[d,$$i]=1;next} \
	  {split(FILENAME,p,"/");me=p[2]} me=="main.c"{next} \
	  match($$0,/^#include "[a-z]+\//){d=substr($$0,11,RLENGTH-11); \
	    if(!ok[me,d]){print FILENAME":"FNR": "me" may not include "d;bad=1}} \
	  /^#include *[<"](sqlite3|lit\.h)/&&me!="sql"{print FILENAME":"FNR": no SQLite here";bad=1} \
	  /^#include *[<"]cblas/&&FILENAME!="ext/kern/blas.c"{print FILENAME":"FNR": only kern/blas.c";bad=1} \
	  END{exit bad}' ext/LAYERS $(shell find ext -name '*.[ch]')
	@find ext -name '*.[ch]' -printf '%f\n' | sort | uniq -d | \
	  awk '{print "file name used twice: "$$0} END{exit NR>0}'

long:                              ## functions over 50 lines, longest first; over 80 fails
	@ctags --c-kinds=f --fields=+ne -o - $(SRC) | awk -F'\t' '{l=e=0;for(i=4;i<=NF;i++){ \
	  if($$i~/^line:/)l=substr($$i,6);if($$i~/^end:/)e=substr($$i,5)} \
	  n=e-l+1;if(n>50)print n,$$1,$$2 | "sort -rn";if(n>80)bad=1}END{close("sort -rn");exit bad}'

asan:                              ## every test under the address and undefined-behaviour sanitizers
	@$(MAKE) -s -j2 B=build/asan OPT="-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all" \
	  build/asan/lit.so units
	@B=build/asan SANITIZE=address tests/run

tsan:                              ## every test under the thread sanitizer
	@$(MAKE) -s -j2 B=build/tsan OPT="-O1 -g -fsanitize=thread" build/tsan/lit.so units
	@B=build/tsan SANITIZE=thread tests/run

cover:                             ## share of lines that the tests run, by folder (gcov)
	@$(MAKE) -s -j2 B=build/cover OPT="-O0 -g --coverage" build/cover/lit.so units
	@find build/cover -name '*.gcda' -delete
	@B=build/cover tests/run || true
	@gcov -n $$(find build/cover -name '*.gcda') 2>/dev/null | awk -F"[':% ]+" ' \
	  /^File/{f=$$2;next} /^Lines/&&f~/^ext\/.*\.c$$/{sub("/[^/]*$$","",f); \
	    run[f]+=$$3*$$5/100;all[f]+=$$5;sum+=$$3*$$5/100;n+=$$5} {f=""} \
	  END{for(f in all)printf "%-12s %5.1f %% of %d lines\n",f,100*run[f]/all[f],all[f]|"sort"; \
	    close("sort");if(n)printf "%-12s %5.1f %% of %d lines\n","all",100*sum/n,n}'

# A benchmark is tests/bench/NAME.py or NAME.c, bench-NAME runs it; those that
# compare with peers find them in build/venv.
BENCH    = $(patsubst tests/bench/%,bench-%,$(basename $(sort $(filter-out %/common.py, \
             $(wildcard tests/bench/*.py tests/bench/*.c)))))
SHARED  ?= ../shared
bench: $(BENCH)                    ## every benchmark; bench-NAME: that of tests/bench
bench-%: tests/bench/%.py $(B)/lit.so build/venv/ready
	@LIT=$(B)/lit SHARED=$(SHARED) build/venv/bin/python $<
bench-%: $(B)/bench/%
	@$<
bench-vectors: bench-vectors_scalar
$(B)/bench/fts5: tests/bench/fts5.c $(B)/lit.so
	@mkdir -p $(@D)
	$(say)$(CC) $(WARN) $(OPT) $(FLAGS) $(CFLAGS) -o $@ $< $(LDFLAGS) -lsqlite3
.PRECIOUS: $(B)/bench/%
$(B)/bench/%: tests/bench/%.c $(PLAIN)
	@mkdir -p $(@D)
	$(say)$(CC) $(WARN) $(OPT) $(FLAGS) $(CFLAGS) -o $@ $< $(PLAIN) $(LDFLAGS) $(LIBS)
build/venv/ready: tests/bench/peers.txt
	$(PYTHON) -m venv build/venv
	build/venv/bin/pip install -q -r $<
	@touch $@

# The large ones, one by one: what cannot be had is said, and left out.
bench-models bench-precision: build/venv-models/ready
build/venv-models/ready: tests/bench/peers-models.txt
	@test -d build/venv-models || $(PYTHON) -m venv build/venv-models
	@all=1; while read -r peer; do \
	  build/venv-models/bin/pip install -q $$peer || \
	    { all=; echo "$$peer cannot be had: left out"; }; \
	  done <$<; test -z "$$all" || touch $@

# Ids, offsets and decoded texts against tokenizers, sentencepiece, tiktoken;
# RANDOM strings for each tokenizer (20000) and TEXTS of each corpus (300).
check-tokens: $(B)/golden/subword_pipe build/venv/ready ## tokenizers against their own libraries
	@PIPE=$< SHARED=$(SHARED) build/venv/bin/python tests/golden/check_tokens.py
$(B)/golden/%: tests/golden/%.c $(PLAIN)
	@mkdir -p $(@D)
	$(say)$(CC) $(WARN) $(OPT) $(FLAGS) $(CFLAGS) -o $@ $< $(PLAIN) $(LDFLAGS) $(LIBS)

fuzz:                              ## each of tests/fuzz by libFuzzer, FUZZ seconds (20)
	@$(MAKE) -s needs-fuzz INSTALL=1
	@$(MAKE) -s -j2 CC=clang-14 B=build/fuzz fuzzers \
	  OPT="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all"
	@for f in build/fuzz/fuzz/*_fuzz; do mkdir -p $$f.seeds; \
	  $$f -max_total_time=$(or $(FUZZ),20) -rss_limit_mb=4096 -print_final_stats=1 \
	    -artifact_prefix=build/fuzz/ $$f.seeds >$$f.log 2>&1 || { cat $$f.log; exit 1; }; \
	  awk -v f=$$f '/executed_units/{print "  " f ": " $$2 " inputs"}' $$f.log; done
fuzzers: $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
$(B)/fuzz/%: tests/fuzz/%.c $(PLAIN)
	@mkdir -p $(@D)
	$(say)$(CC) $(WARN) $(OPT) $(FLAGS) $(CFLAGS) -fsanitize=fuzzer -o $@ $< $(PLAIN) $(LDFLAGS) $(LIBS)

vec0: needs-build                  ## build/vec0.so: the same, loaded as sqlite-vec is
	@$(MAKE) -s -j2 $(B)/vec0.so
$(B)/vec0.so: $(OBJ)
	$(say)$(CC) -shared -o $@ $^ $(OPT) $(LDFLAGS) $(LIBS) \
	  -Wl,--defsym=sqlite3_vec_init=sqlite3_lit_init

# Debian's arm64 libraries are unpacked below build/, nothing is installed but
# the compiler and the emulator.
A64      = $(abspath build/arm64)
A64_ROOT = $(A64)/root
A64_INC  = $(A64_ROOT)/usr/include/aarch64-linux-gnu/openblas-pthread
A64_LIB  = $(A64_ROOT)/usr/lib/aarch64-linux-gnu
arm64:                             ## cross-builds for 64-bit ARM, runs unit and SQL tests under qemu
	@tests/needs 1 $(APT_CROSS)
	@tests/arm64-root $(A64_ROOT) $(APT_RUN) $(filter-out gcc,$(APT_BUILD))
	@$(MAKE) -s -j2 B=build/arm64 CC=aarch64-linux-gnu-gcc \
	  CFLAGS="--sysroot=$(A64_ROOT) -isystem $(A64_INC)" \
	  LDFLAGS="--sysroot=$(A64_ROOT) -Wl,-rpath-link,$(A64_LIB)" \
	  build/arm64/lit.so units
	@for only in /unit/ tests/sql/; do \
	  ONLY=$$only B=build/arm64 QEMU="qemu-aarch64 -L $(A64_ROOT)" \
	  SQLITE3=$(A64_ROOT)/usr/bin/sqlite3 tests/run || exit 1; done

# Other programs with SQLites of their own; tests/apps/host_* skip without.
hosts: all                         ## lit in the newest SQLite, Datasette and Node, from PyPI and npm
	@[ -x build/hosts/venv/bin/pip ] || $(PYTHON) -m venv build/hosts/venv
	@build/hosts/venv/bin/pip install -q apsw datasette
	@command -v npm >/dev/null && npm install --silent --prefix build/hosts/node better-sqlite3 || true
	@ONLY=apps/host tests/run

# Everything is kept below build/: stopped, it goes on when it is made again.
.PHONY: builtin
builtin: $(B)/lit.so model         ## trains the built-in model anew from a corpus, in ten minutes or more
	@CORPUS=$(SHARED)/data/corpus OUT=ext/model/builtin.safetensors \
	  sqlite3 -batch -init /dev/null -cmd '.load $(B)/lit' $(B)/builtin.db '.read sql/builtin.sql'

install: all                       ## copies lit.so and lit.h below PREFIX
	install -d $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include
	install -m 644 $(B)/lit.so $(DESTDIR)$(PREFIX)/lib/
	install -m 644 include/lit.h $(DESTDIR)$(PREFIX)/include/

dist:                              ## build/lit-VERSION.tar.gz of what git holds
	@v=$$(sed -n 's/.*LIT_VERSION "\(.*\)".*/\1/p' include/lit.h); mkdir -p $(B); \
	git archive --prefix=lit-$$v/ -o $(B)/lit-$$v.tar.gz HEAD && echo $(B)/lit-$$v.tar.gz

clean:                             ## removes build/
	rm -rf build
help:                              ## this list
	@sed -n 's/^\([a-z][a-z0-9-]*\)\(-%\)*:.*## /\1 /p' Makefile | \
	  awk '{n=$$1;sub("^[^ ]* ","");printf "  %-12s %s\n",n,$$0}'
.PHONY: all test units demo model bench check-tokens layers long asan tsan cover oom faults fuzz fuzzers vec0 arm64 hosts install dist clean help
