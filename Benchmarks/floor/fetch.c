/* floor-fetch: reads a table into one batch again and again, and throws the rows away. What the driver alone costs. */
#include "floor.h"

#include <stdio.h>

int main(int argc, char **argv) {
    Options options;
    Source source = {0};
    Batch batch;
    parse_options(&options, argc, argv);
    open_source(&source, &options);
    make_batch(&source, &batch);
    bind_columns(&source, batch.block);
    size_t rows = 0;
    double begin = now();
    for (size_t count; (count = fetch(&source, &batch)) > 0;) rows += count;
    if (options.verbose)
        fprintf(stderr, "rows %zu, %zu a batch of %zu bytes; fetching %.3f s\n", rows, source.capacity, source.batch_size,
                now() - begin);
    close_source(&source);
    printf("%zu\n", rows);
    return 0;
}
