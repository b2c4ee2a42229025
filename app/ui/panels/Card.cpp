// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ui/panels/Card.h"

#include "widgets/common/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace rankscope::ui {
namespace {

namespace font = widgets::font;

QLabel* codeLabel(const QString& code) {
    QFont mono = font::mono(12);
    mono.setLetterSpacing(QFont::AbsoluteSpacing, 0.02); // two dashes are not joined to one
    auto* label =
        new QLabel(QStringLiteral("<div style='white-space:pre; line-height:20px'>%1</div>")
                       .arg(code.toHtmlEscaped()));
    label->setTextFormat(Qt::RichText);
    label->setFont(mono);
    return label;
}

} // namespace

QLabel* makeLabel(const QString& text, double pixels, bool medium, const char* name) {
    auto* made = new QLabel(text);
    made->setFont(font::text(pixels, medium));
    if (name != nullptr)
        made->setObjectName(QLatin1String(name));
    return made;
}

Card::Card(const QString& title, QWidget* parent)
    : QFrame(parent),
      m_column(new QVBoxLayout(this)) {
    setObjectName(QStringLiteral("card"));
    setFixedWidth(371);
    m_column->setContentsMargins(21, 18, 21, 16);
    m_column->setSpacing(7);
    m_column->addWidget(makeLabel(title, 15, true));
}

void Card::addWords(const QString& words) {
    m_column->addWidget(makeLabel(words, font::kList, false, "soft"));
}

void Card::addHeading(const QString& title) {
    m_column->addWidget(makeLabel(title, font::kBody, true, "heading"));
    auto* rule = new QFrame;
    rule->setObjectName(QStringLiteral("rule"));
    rule->setFixedHeight(1);
    m_column->addWidget(rule);
}

void Card::addSnippet(const QString& words, const QString& code) {
    addWords(words);
    auto* box = new QFrame;
    box->setObjectName(QStringLiteral("snippet"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(10, 7, 6, 6);
    auto* copy = new QPushButton(tr("Copy"));
    copy->setAccessibleName(tr("Copy: %1").arg(code));
    connect(copy, &QPushButton::clicked, this,
            [code] { QApplication::clipboard()->setText(code); });
    row->addWidget(codeLabel(code), 1, Qt::AlignVCenter);
    row->addWidget(copy, 0, Qt::AlignBottom);
    m_column->addWidget(box);
    m_column->addSpacing(7);
}

void Card::addCode(const QString& code) {
    m_column->addWidget(codeLabel(code));
}

} // namespace rankscope::ui
