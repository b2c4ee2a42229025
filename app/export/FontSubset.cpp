// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export/FontSubset.h"

#include <harfbuzz/hb-subset.h>
#include <memory>

namespace rankscope::figures {
namespace {

template <auto destroy>
struct With {
    template <class T>
    void operator()(T* object) const {
        destroy(object);
    }
};
using Blob = std::unique_ptr<hb_blob_t, With<hb_blob_destroy>>;
using Face = std::unique_ptr<hb_face_t, With<hb_face_destroy>>;
using Input = std::unique_ptr<hb_subset_input_t, With<hb_subset_input_destroy>>;

} // namespace

QByteArray fontSubset(const QByteArray& font, const QString& text) {
    const Blob blob(hb_blob_create(font.constData(), static_cast<unsigned>(font.size()),
                                   HB_MEMORY_MODE_READONLY, nullptr, nullptr));
    const Face face(hb_face_create(blob.get(), 0));
    const Input input(hb_subset_input_create_or_fail());
    if (!input)
        return font;
    hb_subset_input_set_flags(input.get(), HB_SUBSET_FLAGS_NO_HINTING);
    for (const char32_t letter : text.toStdU32String())
        hb_set_add(hb_subset_input_unicode_set(input.get()), letter);
    const Face small(hb_subset_or_fail(face.get(), input.get()));
    if (!small)
        return font;
    const Blob bytes(hb_face_reference_blob(small.get()));
    unsigned size = 0;
    const char* data = hb_blob_get_data(bytes.get(), &size);
    return {data, static_cast<qsizetype>(size)};
}

} // namespace rankscope::figures
