module.exports = { ...require('temporal-event-topic/workflows') };
